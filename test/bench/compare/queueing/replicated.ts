/** Figures of a simulation over several seeds, with the error that follows from their spread. */
import { expect } from "vitest";
import {
  type QueuePlan,
  type QueueResult,
  simulateQueue,
} from "../../../../bench/compare/queueing/simulated-queue.ts";
import { mean } from "../../../../bench/load/statistics/sample.ts";

export interface Figure {
  readonly mean: number;
  /** Standard error of the mean. */
  readonly error: number;
}

const seeds = 12;

export function replicate(plan: QueuePlan, pick: (result: QueueResult) => number): Figure {
  const values = Array.from({ length: seeds }, (_, seed) =>
    pick(simulateQueue({ ...plan, seed: seed + 1 })),
  );
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return { mean: centre, error: Math.sqrt(squares / (seeds - 1) / seeds) };
}

/** Standard errors that the mean may be off: once in 500 times with 11 degrees of freedom. */
const mostErrors = 4;
/** With a larger error the simulation would agree with nearly anything. */
const sharp = 0.03;

/** The simulation agrees with the theory as closely as its size allows. */
export function expectAgrees({ mean, error }: Figure, theory: number): void {
  expect(error / theory).toBeLessThan(sharp);
  expect(Math.abs(mean - theory) / error).toBeLessThan(mostErrors);
}

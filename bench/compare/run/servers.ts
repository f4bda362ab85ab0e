import { get } from "node:http";
import { type ServerUnderTest, startManycore } from "../../load/processes/server.ts";
import type { BenchPlan } from "../plan/plan.ts";
import { startTutorial } from "../references/start-tutorial.ts";
import type { Variant } from "../result/bench-result.ts";
import type { PreparedWork } from "./work.ts";

/** A variant's server. It runs throughout the bench. */
export interface Running {
  readonly variant: Variant;
  readonly server: ServerUnderTest;
}

/**
 * Flags of every server of the bench. Large inputs are part of the comparison. What still runs at
 * the stop is of no use. What a mode warns of is measured here.
 */
const commonFlags = ["--body-limit", "64mb", "--drain-timeout", "2s", "--log-level", "error"];

export interface StartContext {
  readonly plan: BenchPlan;
  readonly work: PreparedWork;
  readonly taskFiles: readonly string[];
  readonly signal: AbortSignal;
}

/** Starts a variant's server, and measures the time from the command to the first answer. */
export async function startVariant(
  variant: Variant,
  { work, taskFiles, signal }: StartContext,
): Promise<Running & { readonly startUpMs: number }> {
  const startedAt = performance.now();
  const tasks = taskFiles.flatMap((file) => ["--tasks", file]);
  const server =
    variant.name === "tutorial"
      ? await startTutorial(variant.workers, work.task, taskFiles, signal)
      : await startManycore([...variant.flags, ...commonFlags, ...tasks], signal);
  try {
    await waitForAnswer(server.url);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return { variant, server, startUpMs: performance.now() - startedAt };
}

function waitForAnswer(url: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  get(url, { agent: false }, (response) => response.resume().once("end", resolve)).once(
    "error",
    reject,
  );
  return promise;
}

/** What to measure and for how long: made from a preset and the command line. */

import { type ModeName, modeNames } from "../../../src/config/modes.ts";
import type { Variant } from "../result/bench-result.ts";
import type { Part } from "./command-line.ts";
import { chooseConnections, chooseOwnStretchMs, chooseRewarmMs, chooseTimes } from "./lengths.ts";
import type { BenchOptions, PresetName } from "./options.ts";
import { type Preset, presets } from "./presets.ts";
import { chooseVariants } from "./variants.ts";

export interface BenchPlan extends Omit<Preset, "balances" | "grid"> {
  readonly preset: PresetName;
  readonly cores: number;
  /** Length of a bare run, measured before the plan was made. The cells' times follow from it. */
  readonly runMs: number;
  /**
   * Length of a warm-up stretch with runs of the task itself. Short runs of hash do not compile all
   * that other tasks or longer runs need. Null if there is none.
   */
  readonly ownStretchMs: number | null;
  /**
   * How long short runs go before each throughput cell, because the server idled while others were
   * measured. Null if there are none.
   */
  readonly rewarmMs: number | null;
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly variants: readonly Variant[];
  /** The variant that is entered twice (A/A). */
  readonly control: string;
  /** Connections of the closed loop. */
  readonly connections: number;
  /** Connections of the open loop: more than are ever busy below the peak. */
  readonly openConnections: number;
}

/** What is known of the machine and the task. */
export interface Facts {
  readonly availableCores: number;
  /** Whether the task has a form that computes on libuv's threads. */
  readonly native: boolean;
  /** Length of a bare run. */
  readonly runMs: number;
}

export function makePlan(options: BenchOptions, facts: Facts): BenchPlan {
  const { availableCores, native, runMs } = facts;
  const { balances, grid, ...preset } = presets[options.preset];
  const cores = options.cores ?? availableCores;
  const chosen: readonly ModeName[] =
    options.modes ?? modeNames.filter((mode) => native || mode !== "libuv");
  const variants = chooseVariants({ modes: chosen, cores, balances, grid });
  const names = variants.map(({ name }) => name);
  const connections = chooseConnections(cores, runMs);
  const length = { runMs, connections, cellMs: options.cellMs };
  const times = chooseTimes(preset, length);
  const isOwn = options.task !== "hash" || options.cellMs !== null;
  return {
    ...preset,
    ...times,
    preset: options.preset,
    cores,
    runMs,
    ownStretchMs: isOwn ? chooseOwnStretchMs({ ...times, cores }, length) : null,
    rewarmMs: chooseRewarmMs(options, runMs),
    seed: options.seed,
    parts: options.parts,
    rounds: options.rounds ?? preset.rounds,
    variants,
    control: names.includes("cluster") ? "cluster" : (chosen[0] ?? "tutorial"),
    latencyOf: preset.latencyOf.filter((name) => names.includes(name)),
    connections,
    openConnections: Math.max(128, 16 * cores),
  };
}

/** The variants of the crossover: single, cluster and threads, if they were chosen. */
export function listCrossoverModes({ variants }: BenchPlan): readonly Variant[] {
  return variants.filter(({ name }) => ["single", "cluster", "threads"].includes(name));
}

/** Variants with several workers. */
export function listPlaced({ variants }: BenchPlan): readonly Variant[] {
  return variants.filter(({ name, workers }) => name !== "bare" && workers > 1);
}

/** What to measure and for how long, as data: from a preset and the command line. */

import type { Variant } from "../results/bench-result.ts";
import type { BenchOptions, Mode, Part, PresetName } from "./options.ts";
import { modes } from "./options.ts";
import { chooseVariants } from "./variants.ts";

/** Times are of one cell. */
interface Preset {
  readonly rounds: number;
  readonly cellMs: number;
  /** Of each cell, not measured: connections open, and the queue fills. */
  readonly warmupMs: number;
  /** Of each stretch of short runs by which a server is warmed up before the first cell. */
  readonly stretchMs: number;
  /** How often each mode is started, for its start-up time. */
  readonly starts: number;
  readonly balances: readonly ("os" | "reuse-port")[];
  readonly grid: "none" | "small" | "full";
  /** Which modes' latency, and at which shares of their peaks. */
  readonly latencyOf: readonly string[];
  readonly shares: readonly number[];
  readonly latencyMs: number;
  readonly placementMs: number;
  readonly crossoverRounds: number;
  readonly crossoverMs: number;
  readonly lengthsMs: readonly number[];
  readonly payloadBytes: readonly number[];
}

const allShares = [0.3, 0.5, 0.7, 0.8, 0.9, 1.1];
const allLengths = [0.05, 0.2, 1, 5, 20, 100];
const kb = 1024;

const presets: Record<PresetName, Preset> = {
  smoke: {
    ...{ rounds: 1, cellMs: 250, warmupMs: 50, stretchMs: 50, starts: 1 },
    ...{ balances: ["os"], grid: "none" },
    ...{ latencyOf: ["single"], shares: [0.5], latencyMs: 200, placementMs: 100 },
    ...{ crossoverRounds: 1, crossoverMs: 60, lengthsMs: [0.2, 5], payloadBytes: [kb, 64 * kb] },
  },
  quick: {
    ...{ rounds: 5, cellMs: 400, warmupMs: 200, stretchMs: 600, starts: 1 },
    ...{ balances: [], grid: "none" },
    ...{ latencyOf: ["cluster", "threads"], shares: [0.5, 0.8] },
    ...{ latencyMs: 1_500, placementMs: 300 },
    ...{ crossoverRounds: 2, crossoverMs: 200 },
    ...{ lengthsMs: [0.2, 1, 5], payloadBytes: [kb, 1024 * kb] },
  },
  default: {
    ...{ rounds: 6, cellMs: 500, warmupMs: 200, stretchMs: 600, starts: 2 },
    ...{ balances: ["os", "reuse-port"], grid: "small" },
    ...{ latencyOf: modes, shares: allShares, latencyMs: 1_500, placementMs: 400 },
    ...{ crossoverRounds: 2, crossoverMs: 250, lengthsMs: allLengths },
    payloadBytes: [kb, 32 * kb, 1024 * kb, 10 * 1024 * kb],
  },
  full: {
    ...{ rounds: 12, cellMs: 1_000, warmupMs: 300, stretchMs: 1_000, starts: 5 },
    ...{ balances: ["os", "reuse-port"], grid: "full" },
    ...{ latencyOf: [...modes, "tutorial"], shares: allShares, latencyMs: 5_000 },
    ...{ placementMs: 1_000, crossoverRounds: 3, crossoverMs: 1_000, lengthsMs: allLengths },
    payloadBytes: [kb, 10 * kb, 100 * kb, 1024 * kb, 4 * 1024 * kb, 10 * 1024 * kb],
  },
};

export interface BenchPlan extends Omit<Preset, "balances" | "grid"> {
  readonly preset: PresetName;
  readonly cores: number;
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly variants: readonly Variant[];
  /** The variant that is entered twice (A/A). */
  readonly control: string;
  /** Of the closed loop. */
  readonly connections: number;
  /** Of the open loop: more than are ever busy below the peak. */
  readonly openConnections: number;
}

/** What the task allows. */
export interface Facts {
  readonly availableCores: number;
  /** Whether the task has a form that computes on libuv's threads. */
  readonly native: boolean;
}

export function makePlan(options: BenchOptions, { availableCores, native }: Facts): BenchPlan {
  const { balances, grid, ...preset } = presets[options.preset];
  const cores = options.cores ?? availableCores;
  const chosen: readonly Mode[] =
    options.modes ?? modes.filter((mode) => native || mode !== "libuv");
  const variants = chooseVariants({ modes: chosen, cores, balances, grid });
  const names = variants.map(({ name }) => name);
  return {
    ...preset,
    preset: options.preset,
    cores,
    seed: options.seed,
    parts: options.parts,
    rounds: options.rounds ?? preset.rounds,
    cellMs: options.cellMs ?? preset.cellMs,
    variants,
    control: names.includes("cluster") ? "cluster" : (chosen[0] ?? "tutorial"),
    latencyOf: preset.latencyOf.filter((name) => names.includes(name)),
    connections: Math.max(16, 4 * cores),
    openConnections: Math.max(128, 16 * cores),
  };
}

/** Variants of the crossover: those of the modes that it is about which were chosen. */
export function crossoverModes({ variants }: BenchPlan): readonly Variant[] {
  return variants.filter(({ name }) => ["single", "cluster", "threads"].includes(name));
}

/** What a cell takes beside its own time, measured: the last answers, readings of /proc. */
const betweenCellsMs = 200;
const startMs = 700;
/** Stretches of warm-up until the throughput has settled, on average. */
const warmStretches = 1.5;

/** About how long it all takes, in ms. */
export function estimateMs(plan: BenchPlan): number {
  const { variants, rounds, warmupMs } = plan;
  const servers = variants.filter(({ name }) => name !== "bare");
  const cell = (ms: number) => ms + betweenCellsMs;
  const has = (part: Part) => plan.parts.includes(part);
  const modes = variants.filter(({ kind }) => kind === "mode").length;
  const points = [
    ...plan.lengthsMs.map((ms) => lengthCellMs(plan, ms)),
    ...plan.payloadBytes.map((bytes) => payloadCellMs(plan, bytes)),
  ];
  return (
    servers.length * (startMs + warmStretches * cell(plan.stretchMs)) +
    modes * (plan.starts - 1) * startMs +
    rounds * (variants.length + 1) * cell(warmupMs + plan.cellMs) +
    (has("latency") ? plan.latencyOf.length * plan.shares.length : 0) *
      cell(warmupMs + plan.latencyMs) +
    (has("placement") ? 2 * placed(plan).length : 0) * cell(plan.placementMs) +
    (has("crossover") ? crossoverModes(plan).length * plan.crossoverRounds : 0) *
      points.reduce((sum, ms) => sum + cell(crossoverWarmupMs + ms), 0)
  );
}

/** Runs of each connection that a cell of the crossover should hold at least. */
const runsInCell = 8;
/** How long a byte of input adds to a cell; measured: 1 MB of JSON takes a core about 30 ms. */
const msPerByte = 1 / 4_000;

/** The length of a cell of the crossover with runs of so many ms. */
export function lengthCellMs({ crossoverMs }: Pick<Preset, "crossoverMs">, ms: number): number {
  return Math.max(crossoverMs, runsInCell * ms);
}

/** The same, with inputs of so many bytes. */
export function payloadCellMs({ crossoverMs }: Pick<Preset, "crossoverMs">, bytes: number): number {
  return crossoverMs + bytes * msPerByte;
}

export const crossoverWarmupMs = 100;

/** Variants of which several workers answer. */
export function placed({ variants }: BenchPlan): readonly Variant[] {
  return variants.filter(({ name, workers }) => name !== "bare" && workers > 1);
}

/** How much each preset measures. The times are for runs of about 10 ms. */
import { modeNames } from "../../../src/config/modes.ts";
import type { PresetName } from "./options.ts";
import type { OtherBalance, VariantChoice } from "./variants.ts";

/** Times are of one cell. */
export interface Preset {
  readonly rounds: number;
  readonly cellMs: number;
  /** Length of the bare computation between two cells, which shows the machine's pace. */
  readonly paceMs: number;
  /** Start of each cell that is not measured: connections open, and the queue fills. */
  readonly warmupMs: number;
  /** Length of a stretch of short runs that warms a server up before the first cell. */
  readonly stretchMs: number;
  /** How many times each mode is started, to measure its start-up time. */
  readonly starts: number;
  readonly balances: readonly OtherBalance[];
  readonly grid: VariantChoice["grid"];
  /** The modes whose latency is measured, and the shares of their peaks. */
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

export const presets: Record<PresetName, Preset> = {
  smoke: {
    ...{ rounds: 1, cellMs: 250, paceMs: 60, warmupMs: 50, stretchMs: 100, starts: 1 },
    ...{ balances: ["os"], grid: "none" },
    ...{ latencyOf: ["single"], shares: [0.5], latencyMs: 200, placementMs: 100 },
    ...{ crossoverRounds: 1, crossoverMs: 60, lengthsMs: [0.2, 5], payloadBytes: [kb, 64 * kb] },
  },
  quick: {
    ...{ rounds: 6, cellMs: 290, paceMs: 60, warmupMs: 150, stretchMs: 300, starts: 1 },
    ...{ balances: [], grid: "none" },
    ...{ latencyOf: ["cluster", "threads"], shares: [0.5, 0.8] },
    ...{ latencyMs: 1_300, placementMs: 200 },
    ...{ crossoverRounds: 4, crossoverMs: 120 },
    ...{ lengthsMs: [0.2, 5], payloadBytes: [1024 * kb] },
  },
  default: {
    ...{ rounds: 6, cellMs: 400, paceMs: 80, warmupMs: 150, stretchMs: 700, starts: 2 },
    ...{ balances: ["os", "reuse-port"], grid: "small" },
    ...{ latencyOf: modeNames, shares: allShares, latencyMs: 1_300, placementMs: 300 },
    ...{ crossoverRounds: 4, crossoverMs: 150, lengthsMs: allLengths },
    payloadBytes: [32 * kb, 1024 * kb],
  },
  full: {
    ...{ rounds: 12, cellMs: 1_000, paceMs: 250, warmupMs: 300, stretchMs: 3_000, starts: 5 },
    ...{ balances: ["os", "reuse-port"], grid: "full" },
    ...{ latencyOf: [...modeNames, "tutorial"], shares: allShares, latencyMs: 4_000 },
    ...{ placementMs: 1_000, crossoverRounds: 5, crossoverMs: 500, lengthsMs: allLengths },
    payloadBytes: [kb, 32 * kb, 1024 * kb, 10 * 1024 * kb],
  },
};

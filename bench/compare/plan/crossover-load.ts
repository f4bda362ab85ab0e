/** The loads of the crossover's cells, as data. */
import type { BenchPlan } from "./plan.ts";

/** A short closed loop. */
export interface ShortLoad {
  readonly connections: number;
  readonly warmupMs: number;
  readonly durationMs: number;
}

/** Runs of one slot that a cell should hold at least: 30 are needed of all rounds. */
const runsInCell = 8;
/** How long a byte of input adds to a cell; measured: 1 MB of JSON takes a core about 30 ms. */
const msPerByte = 1 / 3_000;
const leastWarmupMs = 100;
/** Longer runs come over fewer connections, since a line of them would outlast the cell, */
const shortMs = 5;
/** and larger inputs do. */
const largeBytes = 512 * 1024;

type Plan = Pick<BenchPlan, "crossoverMs" | "connections" | "cores">;

/** With runs of so many ms. */
export function planLengthLoad({ crossoverMs, connections, cores }: Plan, ms: number): ShortLoad {
  const few = ms > shortMs ? 2 * cores : connections;
  return {
    connections: few,
    warmupMs: Math.max(leastWarmupMs, ms > shortMs ? (few + 1) * ms : 0),
    durationMs: Math.max(crossoverMs, runsInCell * ms),
  };
}

/** With JSON inputs of so many bytes. */
export function planPayloadLoad(
  { crossoverMs, connections, cores }: Plan,
  bytes: number,
): ShortLoad {
  return {
    connections: bytes >= largeBytes ? 2 * cores : connections,
    warmupMs: leastWarmupMs,
    durationMs: crossoverMs + bytes * msPerByte,
  };
}

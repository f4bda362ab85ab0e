/** The loads of the crossover's cells, as data. */
import type { BenchPlan } from "./plan.ts";

/** A short closed loop. */
export interface ShortLoad {
  readonly connections: number;
  readonly warmupMs: number;
  readonly durationMs: number;
}

/** Least runs of one slot in a cell. All rounds together need 30. */
const runsInCell = 8;
/** How much a byte of input lengthens a cell. Measured: 1 MB of JSON takes a core about 30 ms. */
const msPerByte = 1 / 3_000;
const leastWarmupMs = 100;
/** Longer runs get fewer connections, because a line of them would outlast the cell. */
const shortMs = 5;
/** So do larger inputs. */
const largeBytes = 512 * 1024;

type Plan = Pick<BenchPlan, "crossoverMs" | "connections" | "cores">;

/** The load for runs of this length. */
export function planLengthLoad({ crossoverMs, connections, cores }: Plan, ms: number): ShortLoad {
  const few = ms > shortMs ? 2 * cores : connections;
  return {
    connections: few,
    warmupMs: Math.max(leastWarmupMs, ms > shortMs ? (few + 1) * ms : 0),
    durationMs: Math.max(crossoverMs, runsInCell * ms),
  };
}

/** The load for JSON inputs of this size. */
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

import type { LittleFigures } from "../result.ts";

export interface LittleCheck {
  readonly holds: boolean;
  /** L, integrated over time. */
  readonly measured: number;
  /** λW. */
  readonly expected: number;
  /** |measured - expected|, as a share of the greater. */
  readonly error: number;
  readonly tolerance: number;
}

/** Tolerance for counting and rounding, and the most for the edges of the window. */
const exactness = 0.05;
const mostForEdges = 0.25;

/**
 * Little's law, L = λW (Little, "A Proof for the Queuing Formula L = λW", Operations Research 9,
 * 1961), over the measured time. It fails if requests were lost or counted twice, or if the queue
 * grew or shrank all along. Such a run has no latency of its own: it depends on how long the run
 * was. Requests across the window's edges cost about a share of W / duration. They cost more if the
 * number in the system changes by chance, as in an open loop.
 *
 * @param edges how many times W / duration the edges may cost
 */
export function checkLittle(figures: LittleFigures, durationMs: number, edges = 1): LittleCheck {
  const { meanInSystem, departuresPerSecond, meanTimeInSystemMs } = figures;
  const expected = (departuresPerSecond * meanTimeInSystemMs) / 1_000;
  const greater = Math.max(meanInSystem, expected);
  const error = greater === 0 ? 0 : Math.abs(meanInSystem - expected) / greater;
  const tolerance = exactness + Math.min(mostForEdges, (edges * meanTimeInSystemMs) / durationMs);
  return { holds: error <= tolerance, measured: meanInSystem, expected, error, tolerance };
}

import type { LatencyPoint } from "../result/bench-result.ts";

/**
 * The load past which more work costs more waiting than it brings answers: the point of greatest
 * power, throughput divided by mean time in the system. Kleinrock, "Power and Deterministic Rules of
 * Thumb for Probabilistic Problems in Computer Communications", ICC (1979). Points that may not be
 * believed do not count; with fewer than three others there is no knee to find: null.
 */
export function findKnee(points: readonly LatencyPoint[]): LatencyPoint | null {
  const sound = points.filter(({ validity, latency }) => validity.valid && latency.mean > 0);
  const power = ({ achieved, latency }: LatencyPoint) => achieved / latency.mean;
  return sound.length < 3
    ? null
    : sound.reduce((best, point) => (power(point) > power(best) ? point : best));
}

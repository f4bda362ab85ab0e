import type { LatencyPoint } from "../result/bench-result.ts";

/**
 * The load past which more work adds more waiting than answers. It is the point of greatest power:
 * throughput divided by mean time in the system. Kleinrock, "Power and Deterministic Rules of Thumb
 * for Probabilistic Problems in Computer Communications", ICC (1979). INVALID points do not count.
 * Null with fewer than three others.
 */
export function findKnee(points: readonly LatencyPoint[]): LatencyPoint | null {
  const sound = points.filter(({ validity, latency }) => validity.valid && latency.mean > 0);
  const power = ({ achieved, latency }: LatencyPoint) => achieved / latency.mean;
  return sound.length < 3
    ? null
    : sound.reduce((best, point) => (power(point) > power(best) ? point : best));
}

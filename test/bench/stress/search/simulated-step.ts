import { createGaps } from "../../../../bench/load/generator/arrivals.ts";
import type { Interval, StreamResult } from "../../../../bench/load/result.ts";
import { median } from "../../../../bench/load/statistics/sample.ts";
import { stream } from "./stream.ts";

export interface SimulatedStep {
  readonly perSecond: number;
  readonly serviceMs: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  readonly limitMs: number;
  readonly seed: number;
}

/** What the generator would find of one server, first come, first served, that starts idle. */
export function simulateStep(step: SimulatedStep): StreamResult {
  const { perSecond, serviceMs, warmupMs, durationMs, limitMs, seed } = step;
  const next = createGaps({ kind: "poisson", perSecond, seed, counted: true }, step);
  const measured: { readonly dueMs: number; readonly endMs: number }[] = [];
  const ends: { readonly endMs: number; readonly latencyMs: number }[] = [];
  let freeAt = 0;
  for (let dueMs = next(); dueMs < Number.POSITIVE_INFINITY; dueMs += next()) {
    freeAt = Math.max(freeAt, dueMs) + serviceMs;
    ends.push({ endMs: freeAt - warmupMs, latencyMs: freeAt - dueMs });
    if (dueMs >= warmupMs) measured.push({ dueMs, endMs: freeAt });
  }
  const intervals = Array.from({ length: Math.ceil(durationMs / 100) }, (_, place): Interval => {
    const atMs = 100 * place;
    const ended = ends.filter(({ endMs }) => endMs >= atMs && endMs < atMs + 100);
    const p50 = ended.length === 0 ? null : median(ended.map(({ latencyMs }) => latencyMs));
    const counts = { sent: 0, correct: ended.length, failed: 0, inFlight: 0 };
    return { atMs, lengthMs: 100, ...counts, p50, p99: null };
  });
  const inTime = ends.filter(({ endMs }) => endMs >= 0 && endMs < durationMs).length;
  return stream({
    intended: measured.length,
    correct: measured.length,
    throughputPerSecond: (1_000 * inTime) / durationMs,
    overLimit: [measured.filter(({ dueMs, endMs }) => endMs - dueMs > limitMs).length],
    intervals,
  });
}

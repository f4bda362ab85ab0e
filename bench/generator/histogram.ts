import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import type { Distribution } from "./result.ts";

const hourUs = 3_600_000_000;

/** A histogram from 1 µs to 1 h, to three digits. */
export function createTimes(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: hourUs, figures: 3 });
}

/** Records a time in ms. */
export function recordMs(times: RecordableHistogram, ms: number): void {
  times.record(Math.min(hourUs, Math.max(1, Math.round(ms * 1_000))));
}

/** All zeros where nothing was recorded: `count` tells. */
export function describeTimes(times: RecordableHistogram): Distribution {
  const at = (percentile: number) => percentileMs(times, percentile) ?? 0;
  return {
    count: times.count,
    mean: times.count === 0 ? 0 : times.mean / 1_000,
    p50: at(50),
    p75: at(75),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: times.count === 0 ? 0 : times.max / 1_000,
  };
}

export function percentileMs(times: RecordableHistogram, percentile: number): number | null {
  return times.count === 0 ? null : times.percentile(percentile) / 1_000;
}

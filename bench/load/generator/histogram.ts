import { createHistogram, type RecordableHistogram } from "node:perf_hooks";
import type { Distribution } from "../result.ts";

const hourUs = 3_600_000_000;

/** A histogram from 1 µs to 1 h, to three digits. */
export function createTimes(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: hourUs, figures: 3 });
}

/** Records a time in ms. */
export function recordMs(times: RecordableHistogram, ms: number): void {
  times.record(Math.min(hourUs, Math.max(1, Math.round(ms * 1_000))));
}

/** Requests that were given up: how many, and the shortest wait among them. */
export class GivenUp {
  count = 0;
  leastMs = Number.POSITIVE_INFINITY;

  add(afterMs: number): void {
    this.count += 1;
    this.leastMs = Math.min(this.leastMs, afterMs);
  }
}

/** All zeros if nothing was recorded; see `count`. */
export function describeTimes(times: RecordableHistogram, givenUp = new GivenUp()): Distribution {
  const count = times.count + givenUp.count;
  const at = (percentile: number) => {
    if (givenUp.count === 0) return readPercentileMs(times, percentile) ?? 0;
    const rank = Math.ceil((percentile / 100) * count);
    return rank > times.count ? null : readPercentileMs(times, (100 * rank) / times.count);
  };
  return {
    count,
    givenUp: givenUp.count,
    givenUpMs: givenUp.count === 0 ? null : givenUp.leastMs,
    mean: times.count === 0 ? 0 : times.mean / 1_000,
    p50: at(50),
    p75: at(75),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: givenUp.count > 0 ? null : times.count === 0 ? 0 : times.max / 1_000,
  };
}

export function readPercentileMs(times: RecordableHistogram, percentile: number): number | null {
  return times.count === 0 ? null : times.percentile(percentile) / 1_000;
}

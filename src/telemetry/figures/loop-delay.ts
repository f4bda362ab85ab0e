import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Clock } from "../../clock.ts";
import type { LoopState } from "./figures.ts";
import { toWholeUs } from "./whole-us.ts";

/** Interval of the timer whose delay is measured. Node counts it into what it measures. */
const resolution = 20;

/** How long a histogram is filled before it begins anew. */
const longestMs = 20_000;

type IntervalHistogram = ReturnType<typeof monitorEventLoopDelay>;

interface Filled {
  readonly histogram: IntervalHistogram;
  since: number;
}

/**
 * How late timers are on this event loop, over the last 10 to 20 s: long enough that a scrape every
 * 15 s misses nothing, short enough that it is about now. Two histograms are filled side by side, each
 * emptied every 20 s. The older one is read.
 */
export class LoopDelay {
  readonly #clock: Pick<Clock, "now">;
  #older: Filled;
  #newer: Filled;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
    const since = clock.now();
    this.#older = { histogram: open(), since: since - longestMs / 2 };
    this.#newer = { histogram: open(), since };
  }

  read(): LoopState["delayMs"] {
    const now = this.#clock.now();
    if (now - this.#older.since >= longestMs) {
      this.#older.histogram.reset();
      const emptied = { histogram: this.#older.histogram, since: now };
      this.#older = this.#newer;
      this.#newer = emptied;
    }
    const { histogram } = this.#older;
    if (histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
    const [p50, p99] = [histogram.percentile(50), histogram.percentile(99)];
    return { p50: delayMs(p50), p99: delayMs(p99), max: delayMs(histogram.max) };
  }

  stop(): void {
    for (const { histogram } of [this.#older, this.#newer]) histogram.disable();
  }
}

function open(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  return histogram;
}

function delayMs(intervalNs: number): number {
  return toWholeUs(Math.max(0, intervalNs / 1e6 - resolution));
}

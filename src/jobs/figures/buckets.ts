import type { Histogram } from "../stats.ts";

/** Upper bounds of the histograms' buckets, in ms. */
const boundsMs = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1e3, 2.5e3, 5e3, 1e4, 3e4, 6e4, 3e5, 3.6e6];

/** Counts durations for a histogram. */
export class Buckets {
  readonly #counts = boundsMs.map(() => 0);
  #count = 0;
  #sum = 0;

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    const index = boundsMs.findIndex((bound) => value <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  histogram(): Histogram {
    let count = 0;
    const buckets = boundsMs.map((atMost, index) => {
      count += this.#counts[index] ?? 0;
      return { atMost, count };
    });
    return { count: this.#count, sum: this.#sum, buckets };
  }
}

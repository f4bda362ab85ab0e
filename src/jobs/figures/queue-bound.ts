import type { QueueFull } from "../new-job.ts";

/** Where no job has ended of late, nobody knows when there is room again. */
const unknownSeconds = 60;
const mostSeconds = 3600;

/** The rate is that of about the last so many ms. */
const periodMs = 10_000;

/** How many jobs wait, and how many have ended since the start. */
export interface WaitingAndEnded {
  readonly queued: number;
  readonly ends: number;
}

interface Sample {
  readonly at: number;
  readonly ends: number;
}

/** How many jobs may wait (`--max-queued`). Jobs that wait again, after an attempt or by hand, are let in. */
export class QueueBound {
  readonly most: number;
  readonly #tally: WaitingAndEnded;
  readonly #steady: () => number;
  /** What had ended at the start of this period, and of the one before it. */
  #sample: Sample;
  #before: Sample;

  /** @param steady the monotonic clock, in ms */
  constructor(most: number, tally: WaitingAndEnded, steady: () => number) {
    this.most = most;
    this.#tally = tally;
    this.#steady = steady;
    this.#sample = { at: steady(), ends: tally.ends };
    this.#before = this.#sample;
  }

  /** @returns null if so many new jobs may wait, too */
  refusalOf(jobs: number): QueueFull | null {
    this.#look();
    const { queued } = this.#tally;
    const lacking = queued + jobs - this.most;
    if (lacking <= 0) return null;
    const retryAfterSeconds = this.#secondsFor(lacking);
    return { kind: "queue-full", queued, most: this.most, retryAfterSeconds };
  }

  /** Until so many jobs will have ended, at the rate of late. */
  #secondsFor(places: number): number {
    const { at, ends } = this.#before;
    const perMs = (this.#tally.ends - ends) / Math.max(1, this.#steady() - at);
    if (perMs <= 0) return unknownSeconds;
    return Math.min(mostSeconds, Math.max(1, Math.ceil(places / perMs / 1000)));
  }

  #look(): void {
    const at = this.#steady();
    if (at - this.#sample.at < periodMs) return;
    this.#before = this.#sample;
    this.#sample = { at, ends: this.#tally.ends };
  }
}

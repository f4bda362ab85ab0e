import { Buckets } from "../../figures/buckets.ts";
import { EndCounts } from "../../figures/end-counts.ts";
import { type FinalState, isFinal } from "../../job.ts";
import type { QueueStats } from "../../stats.ts";
import type { JobRecord } from "./records/record.ts";

/** What this host has done, since its start. */
export class Tally {
  readonly #ended = new EndCounts();
  readonly #wait = new Buckets();
  readonly #run = new Buckets();
  readonly #steady: () => number;
  /** Runs under way, by job. */
  readonly #startedAt = new Map<number, number>();
  /** As it was at the last look. */
  queued = 0;
  ends = 0;
  submitted = 0;
  retried = 0;

  /** @param steady ms, monotonic */
  constructor(steady: () => number) {
    this.#steady = steady;
  }

  /** A job of this host goes from one record to the next. */
  moved(before: JobRecord | null, after: JobRecord): void {
    if (!isFinal(after.state) || (before && isFinal(before.state))) return;
    this.ends++;
    this.#ended.add(after.task, after.state as FinalState);
  }

  started(seq: number, waitedMs: number): void {
    this.#wait.add(Math.max(0, waitedMs));
    this.#startedAt.set(seq, this.#steady());
  }

  /** @param counts whether its run is to be counted */
  attemptEnded(seq: number, counts: boolean): void {
    const startedAt = this.#startedAt.get(seq);
    this.#startedAt.delete(seq);
    if (counts && startedAt !== undefined) this.#run.add(this.#steady() - startedAt);
  }

  read(): Pick<QueueStats, "submitted" | "retried" | "ended" | "waitMs" | "runMs"> {
    return {
      submitted: this.submitted,
      retried: this.retried,
      ended: this.#ended.read(),
      waitMs: this.#wait.histogram(),
      runMs: this.#run.histogram(),
    };
  }
}

import type { Paused } from "./control.ts";
import type { FinalState, JobState } from "./job.ts";

/** Figures of the queue. Counters and histograms begin at the start of the server. */
export interface QueueStats {
  /** Jobs in each state now. */
  readonly states: Readonly<Record<JobState, number>>;
  /** The most jobs that may wait (`--max-queued`). */
  readonly queuedLimit: number;
  /** How long the oldest job that could run has waited; null where none waits. */
  readonly oldestWaitingMs: number | null;
  /** Whose jobs are not started now. */
  readonly paused: Paused;
  readonly submitted: number;
  /** Attempts that failed and are to be made again. */
  readonly retried: number;
  /** How many jobs of a task have ended in a state. One that is retried by hand ends once more. */
  readonly ended: readonly Ended[];
  /** From the earliest time that a job could have started to its start. */
  readonly waitMs: Histogram;
  /** From the start of an attempt to its end. */
  readonly runMs: Histogram;
}

interface Ended {
  readonly task: string;
  readonly state: FinalState;
  readonly count: number;
}

/** A histogram as Prometheus has it: how many values were at most each bound. */
export interface Histogram {
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly { readonly atMost: number; readonly count: number }[];
}

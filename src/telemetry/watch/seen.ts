/**
 * What a watcher sees of a server: the events of control's stream (`GET /events`), each as JSON under
 * the name that it has in `SeenEvents`. Types only: the page imports them.
 *
 * Times ending in `At` are ms since 1970, by the clock of the server's machine.
 */

export interface SeenEvents {
  /** First on each connection: the server as it is, and what to draw at once. */
  readonly start: SeenStart;
  /** Runs of one worker. */
  readonly runs: SeenRunsOf;
  /** The figures of one moment, about once a second. */
  readonly figures: SeenFigures;
  /** Something that happened to a worker or to the server. */
  readonly mark: SeenMark;
  /**
   * This watcher was too slow: so many events were left out. Ends of runs may be among them. A newer run in
   * the same row says that the one before has ended.
   */
  readonly missed: { readonly events: number };
  /** Last in the stream of another host (`GET /hosts/ID/events`): it has ended, or is not heard. */
  readonly gone: { readonly at: number };
}

export interface SeenStart {
  readonly server: {
    readonly version: string;
    readonly node: string;
    readonly pid: number;
    readonly mode: string;
    readonly executor: string;
    /** Where it serves. */
    readonly url: string;
    readonly hasJobs: boolean;
    readonly startedAt: number;
  };
  /** Now. The page's own clock may differ. */
  readonly at: number;
  /**
   * What was seen before, the oldest first: runs of up to a minute, figures and marks of up to ten. Runs that
   * compute now come first, and may come again.
   */
  readonly history: readonly SeenItem[];
}

/** An event with its name. */
export type SeenItem = {
  readonly [Name in "runs" | "figures" | "mark"]: {
    readonly event: Name;
    readonly data: SeenEvents[Name];
  };
}["runs" | "figures" | "mark"];

export interface SeenRunsOf {
  readonly worker: number;
  readonly life: number;
  readonly pid: number;
  /** Runs that have started, and runs that have ended. */
  readonly runs: readonly SeenRun[];
  /** Instead of single runs, where too many end. */
  readonly groups: readonly SeenGroup[];
}

/**
 * A run on its slot. It is told at its start, and once more at its end, with the same number. A short one
 * may be told at its end only. Those of a worker that has ended (a mark) end with it, and are told no more.
 */
export interface SeenRun {
  /** Counts up in its life. */
  readonly run: number;
  /** The row of its worker that it is drawn in, from 0. */
  readonly row: number;
  /** The thread that carried it out, once it has ended; null without one. */
  readonly thread: number | null;
  readonly task: string;
  /** `live` if a client waits, `jobs` for a job. */
  readonly lane: "live" | "jobs";
  readonly executor: string;
  /** The job's id, for those who may list jobs, and which attempt of it this is. Null if it is no job. */
  readonly job: string | null;
  readonly attempt: number | null;
  /** Whether its client is on another worker, which has handed it over. */
  readonly isBorrowed: boolean;
  readonly acceptedAt: number;
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
  /** Null while it runs, and where that is not known. */
  readonly cpuMs: number | null;
  /** `succeeded`, `cancelled`, or the type of a problem; null while it runs. */
  readonly outcome: string | null;
}

/** Runs of one row and one task that ended one after another. */
export interface SeenGroup {
  readonly row: number;
  readonly task: string;
  readonly lane: "live" | "jobs";
  readonly count: number;
  /** How many did not succeed. */
  readonly failed: number;
  readonly from: number;
  readonly to: number;
  /** How long they ran, all together. At most `to - from`. */
  readonly busyMs: number;
  readonly longestMs: number;
  /** How long they waited, all together. */
  readonly queuedMs: number;
}

export interface SeenFigures {
  readonly at: number;
  readonly workers: readonly SeenWorker[];
  readonly runs: SeenPace;
  /** Runs that wait, and how many may wait, in all workers together. */
  readonly pending: number;
  readonly maxPending: number;
  /** Jobs by state; null on a server without jobs, or where the queue did not answer in time. */
  readonly jobs: Readonly<Record<"queued" | "running", number>> | null;
}

/** What has ended since the figures before. */
export interface SeenPace {
  readonly perSecond: number;
  /** Runs that were refused, as answers with 503, each second. */
  readonly refusedPerSecond: number;
  /** From the buckets of the histograms: an estimate. Null if no run ended. */
  readonly queuedMs: SeenQuantiles | null;
  readonly ranMs: SeenQuantiles | null;
}

export interface SeenQuantiles {
  readonly p50: number;
  readonly p99: number;
}

export interface SeenWorker {
  readonly worker: number;
  readonly life: number;
  readonly pid: number | null;
  readonly stage: "booting" | "ready" | "leaving";
  readonly slots: number;
  readonly busySlots: number;
  readonly pending: number;
  readonly connections: number;
  /** Runs that have ended in it each second since the figures before. */
  readonly runsPerSecond: number;
  /** Cores that it used, 0 to the number of cores; null where that is not known yet. */
  readonly cores: number | null;
  readonly rssBytes: number;
  /** How late timers of its event loop were, in the last 10 to 20 s. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Age of these values: a held event loop sends none. */
  readonly ageMs: number | null;
}

export interface SeenMark {
  readonly at: number;
  readonly kind:
    | "forked"
    | "ready"
    | "ended"
    | "reload"
    | "reloaded"
    | "reload-failed"
    | "thread-ended";
  /** Of the worker; null for the whole server. */
  readonly worker: number | null;
  readonly life: number | null;
  /** Why: such as `crashed`, `hung`, `reloaded`. */
  readonly reason: string | null;
}

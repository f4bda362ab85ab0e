/** One process of another queue, through that queue's own client. */
export interface Engine {
  /** Submits this many jobs in one call. Delayed ones are due in an hour. @param spinMs what each computes */
  submit(jobs: number, delayed: boolean, spinMs: number): Promise<unknown>;
  /** Starts running jobs. */
  work(onDone: () => void): Promise<void>;
  /** Forgets all jobs. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const engines = ["bullmq", "pg-boss"] as const;
export type EngineName = (typeof engines)[number];

/** Orders to its process, which answers each when it is done. */
export type EngineOrder =
  | {
      readonly kind: "submits";
      readonly inFlight: number;
      readonly jobsPerCall: number;
      readonly durationMs: number;
    }
  | { readonly kind: "fill"; readonly count: number; readonly spinMs: number }
  | { readonly kind: "work" }
  | { readonly kind: "clear" };

export type EngineAnswer =
  /** The order is done. For `submits`, with the calls a second. */
  | { readonly kind: "done"; readonly callsPerSecond: number }
  /** Jobs that this process has run so far. */
  | { readonly kind: "ran"; readonly count: number }
  | { readonly kind: "failed"; readonly message: string };

/** Another queue, as its own client has it: what one process of it does. */
export interface Engine {
  /** Submits so many jobs in one call; `delayed` ones are due in an hour. */
  submit(jobs: number, delayed: boolean): Promise<unknown>;
  /** Runs jobs that do nothing from now on. */
  work(onDone: () => void): Promise<void>;
  /** Forgets all jobs. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const engines = ["bullmq", "pg-boss"] as const;
export type EngineName = (typeof engines)[number];

/** What its process is told, and answers when it is done. */
export type EngineOrder =
  | {
      readonly kind: "submits";
      readonly inFlight: number;
      readonly jobsPerCall: number;
      readonly durationMs: number;
    }
  | { readonly kind: "fill"; readonly count: number }
  | { readonly kind: "work" }
  | { readonly kind: "clear" };

export type EngineAnswer =
  /** The order has been carried out; of `submits`, the calls a second. */
  | { readonly kind: "done"; readonly callsPerSecond: number }
  /** How many jobs this process has run, ever. */
  | { readonly kind: "ran"; readonly count: number }
  | { readonly kind: "failed"; readonly message: string };

/** How long the queue of the test keeps ended jobs. */
export const retentionMs = 5000;

/** What the queue and the model take for random. */
export const random = () => 0.5;

export interface ModelAttempt {
  readonly id: string;
  readonly token: number;
}

export interface ModelUnique {
  readonly key: string;
  readonly while: "queued" | "unfinished";
}

export interface ModelJob {
  readonly id: string;
  readonly task: string;
  priority: number;
  maxAttempts: number;
  backoffMs: number;
  state: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "expired" | "gone";
  attempts: number;
  losses: number;
  runAt: number;
  token: number;
  cancelRequested: boolean;
  finishedAt: number;
  /** Its latest final state, also when it is gone. */
  endedAs?: Exclude<ModelJob["state"], "gone">;
  group: string | null;
  /** Null once it has started, unless that attempt was handed back. */
  startBefore: number | null;
  unique: ModelUnique | null;
  /** The ids of its prerequisites that have not ended. */
  readonly waits: Set<string>;
  readonly onFailure: "cancel" | "run";
  /** Its time is the end of a pause between two attempts. */
  isPausing?: boolean;
  /** The latest, as JSON text. */
  checkpoint?: string | undefined;
  /** How each of its attempts ended, and whether it counts. */
  readonly past: string[];
}

export function isUnfinished({ state }: ModelJob): boolean {
  return state === "queued" || state === "running";
}

export function isBlocked({ state, waits }: ModelJob): boolean {
  return state === "queued" && waits.size > 0;
}

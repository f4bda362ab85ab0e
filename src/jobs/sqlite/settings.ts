/** The embedded queue among the services of the primary. */
export const embeddedName = "queue";

/** What the primary's end tells the one in a worker, at its fork. */
export interface EmbeddedSettings {
  /** The path of the lock that the worker holds until it ends (worker-lock.ts). */
  readonly lock: string;
}

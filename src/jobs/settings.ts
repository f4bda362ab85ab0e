import type { StartsSettings } from "./starts.ts";

/** The queue's name among the services of the primary. */
export const queueName = "queue";

/** What the host in the primary hands to the queue in a worker, at the fork. */
export interface QueueSettings {
  /** The path of the lock that the worker holds until it ends (sqlite/worker-lock.ts); null for none. */
  readonly lock: string | null;
  /** Where it marks its starts; null where that is not possible. */
  readonly starts: StartsSettings | null;
}

import type { StartsSettings } from "./starts.ts";

/** The embedded queue's name among the services of the primary. */
export const embeddedName = "queue";

/** What the host in the primary hands to the queue in a worker, at the fork. */
export interface EmbeddedSettings {
  /** The path of the lock that the worker holds until it ends: worker-lock.ts. */
  readonly lock: string;
  /** Where it marks its starts; null where that is not possible. */
  readonly starts: StartsSettings | null;
}

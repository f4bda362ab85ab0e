/** The queues that a worker can have. Their store is in the primary; the worker sends it messages. */
import type { JobQueue } from "../jobs/queue.ts";
import { isHostMessage } from "../jobs/sqlite/protocol.ts";
import { EmbeddedQueue } from "../jobs/sqlite/worker/client.ts";
import { holdWorkerLock } from "../jobs/sqlite/worker-lock.ts";

/**
 * @param lock of the embedded queue, which this process holds until it ends; undefined where the
 *   server takes no jobs
 */
export function openQueue(lock: string | undefined): JobQueue | null {
  if (lock === undefined) return null;
  holdWorkerLock(lock);
  const queue = new EmbeddedQueue((message) => process.send?.(message));
  process.on("message", (message) => {
    if (isHostMessage(message)) queue.take(message);
  });
  return queue;
}

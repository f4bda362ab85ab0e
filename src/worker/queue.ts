/** The queues that a worker can have. Their store is in the primary; the worker sends it messages. */
import type { WorkerConfig } from "../config/config.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { type EmbeddedSettings, embeddedName } from "../jobs/sqlite/settings.ts";
import { StartMarks } from "../jobs/sqlite/starts.ts";
import { EmbeddedQueue } from "../jobs/sqlite/worker/client.ts";
import { holdWorkerLock } from "../jobs/sqlite/worker-lock.ts";
import { onEnvelope, sendToPrimary } from "./primary-link.ts";

/**
 * @param services the settings that the primary's services sent along, by the name of the service
 * @returns null where the server takes no jobs
 */
export function openQueue(services: WorkerConfig["services"]): JobQueue | null {
  const settings = services[embeddedName] as EmbeddedSettings | undefined;
  if (settings === undefined) return null;
  holdWorkerLock(settings.lock);
  const { starts } = settings;
  const queue = new EmbeddedQueue(sendToPrimary, starts && StartMarks.open(starts));
  onEnvelope(embeddedName, (envelope) => queue.take(envelope));
  return queue;
}

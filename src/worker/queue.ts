/** The queues that a worker can have. Their store is in the primary; the worker sends it messages. */
import type { WorkerConfig } from "../config/config.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { type QueueSettings, queueName } from "../jobs/settings.ts";
import { holdWorkerLock } from "../jobs/sqlite/worker-lock.ts";
import { StartMarks } from "../jobs/starts.ts";
import { QueueOverChannel } from "../jobs/worker/client.ts";
import { onEnvelope, sendToPrimary } from "./primary-link.ts";

/**
 * @param services the settings that the primary's services sent along, by the name of the service
 * @returns null where the server takes no jobs
 */
export function openQueue(services: WorkerConfig["services"]): JobQueue | null {
  const settings = services[queueName] as QueueSettings | undefined;
  if (settings === undefined) return null;
  if (settings.lock !== null) holdWorkerLock(settings.lock);
  const { starts } = settings;
  const queue = new QueueOverChannel(sendToPrimary, starts && StartMarks.open(starts));
  onEnvelope(queueName, (envelope) => queue.take(envelope));
  return queue;
}

/** What webhooks tell, from what is kept anyway. */
import type { Batch } from "../batch.ts";
import { isFinal, type Job } from "../job.ts";
import { writeBatch } from "../shown-batch.ts";
import { writeJob } from "../shown-job.ts";
import type { WebhookEvent } from "./body.ts";

/**
 * @param result JSON text; null for none, and for one that is too long (`longestResultBytes`)
 * @returns undefined if the job has not ended
 */
export function tellJob(job: Job, result: string | null): WebhookEvent | undefined {
  if (!isFinal(job.state)) return undefined;
  return { type: `job.${job.state}`, at: job.finishedAt ?? 0, data: writeJob(job, result) };
}

/** @returns undefined if the batch has not ended */
export function tellBatch(batch: Batch): WebhookEvent | undefined {
  if (batch.finishedAt === null) return undefined;
  return { type: "batch.ended", at: batch.finishedAt, data: writeBatch(batch) };
}

/**
 * The same each time that a delivery is sent. A job that ran again by hand has another one for that
 * end.
 *
 * @param mark tells it from the other deliveries of its job or batch
 */
export function webhookId(id: string, mark: string): string {
  return `msg_${id}_${mark}`;
}

import { AppError } from "../../../errors.ts";
import type { Batch, FoundBatch } from "../../../jobs/batch.ts";
import type { HttpContext, JobServices } from "../../services.ts";
import { requireQueue, waitUntil } from "../jobs/find-job.ts";

/** @throws AppError `not-found`, `batch-gone` */
export function requireBatch(id: string, found: FoundBatch): Batch {
  if (found.kind === "found") return found.batch;
  if (found.kind === "gone") {
    const detail = `Batch ${id} was removed with the last of its jobs: by a client, or when --job-retention was over. Submit it again if you need its results.`;
    throw new AppError("batch-gone", detail);
  }
  const detail = `There is no batch ${JSON.stringify(id)}. POST /batches answers with the id of a new one.`;
  throw new AppError("not-found", detail);
}

/**
 * Waits until the batch has ended, the seconds are over, the client has gone, or this worker stops.
 *
 * @returns the seconds that were granted
 */
export function waitForBatch(
  ctx: HttpContext,
  services: JobServices,
  id: string,
  seconds: number,
): Promise<number> {
  return waitUntil(ctx, services, seconds, (isOver) =>
    requireQueue(services).batches.watch(id, (found) => {
      if (found.kind !== "found" || found.batch.finishedAt !== null) isOver();
    }),
  );
}

/** When a job starts, the batch's counts change, but its version does not. */
export function makeBatchEtag({ version, states }: Batch): string {
  return `"${version}-${states.running}"`;
}

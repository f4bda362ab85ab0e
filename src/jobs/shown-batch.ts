/** A batch as clients see it: in answers, in events, and in webhooks. */
import type { Batch } from "./batch.ts";
import { countEnded } from "./transitions/batch-end.ts";

/** Writes a batch for clients. Times are RFC 3339. */
export function writeBatch(batch: Batch): string {
  return JSON.stringify(shown(batch));
}

function shown({ id, total, states, createdAt, finishedAt, hasWebhook }: Batch) {
  const deliveries = `/batches/${id}/deliveries`;
  return {
    id,
    total,
    states,
    done: finishedAt !== null,
    progress: { done: countEnded(states), of: total },
    createdAt: new Date(createdAt).toISOString(),
    finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
    links: { ...linkBatch(id), ...(hasWebhook && { deliveries }) },
  };
}

export function linkBatch(id: string) {
  const self = `/batches/${id}`;
  return { self, events: `${self}/events`, jobs: `/jobs?batch=${id}` };
}

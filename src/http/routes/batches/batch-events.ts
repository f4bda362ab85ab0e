import type Router from "@koa/router";
import type { Batch } from "../../../jobs/batch.ts";
import { writeBatch } from "../../../jobs/shown-batch.ts";
import { chooseRepresentation } from "../../accept.ts";
import type { JobServices, State } from "../../services.ts";
import { answerEvents, EventStream, readLastEvent, type StreamKind } from "../event-stream.ts";
import { requireQueue } from "../jobs/find-job.ts";
import { requireBatch } from "./find-batch.ts";

/** The events of one batch: `progress` when more of its jobs have ended, and `end`. */
const batchEvents: StreamKind<Batch> = {
  nameOf: ({ finishedAt }) => (finishedAt === null ? "progress" : "end"),
  write: writeBatch,
  isLast: ({ finishedAt }) => finishedAt !== null,
  leastPauseMs: 250,
};

/**
 * The id of the last event. The version of a batch grows after its end, too, if one of its jobs is
 * retried by hand. That is no second end, and a client that has got the end is told nothing more.
 */
const endId = 999_999_999_999_999;

function asTold(batch: Batch): Batch {
  return batch.finishedAt === null ? batch : { ...batch, version: endId };
}

/** `GET /batches/:id/events`: how the batch comes along, until it ends. */
export function serveBatchEvents(router: Router<State>, services: JobServices): void {
  const { clock, stopping } = services;

  router.get("/batches/:id/events", async (ctx) => {
    const { batches } = requireQueue(services);
    const id = ctx.params["id"] ?? "";
    chooseRepresentation(ctx, "events");
    const lastVersion = readLastEvent(ctx);
    const batch = asTold(requireBatch(id, await batches.find(id)));
    if (batch.finishedAt !== null && batch.version <= lastVersion) {
      ctx.status = 204; // An EventSource does not reconnect after it (WHATWG HTML, section 9.2.3).
      return;
    }
    const events = new EventStream(batchEvents, lastVersion, clock);
    const callOff = batches.watch(id, (found) => {
      if (found.kind === "found") events.tell(asTold(found.batch));
      else events.end();
    });
    answerEvents(ctx, events, { stopping, callOff });
  });
}

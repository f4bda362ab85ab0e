import type Router from "@koa/router";
import { AppError } from "../../../errors.ts";
import type { SubmittedBatch } from "../../../jobs/batch.ts";
import type { QueueFull } from "../../../jobs/new-job.ts";
import { linkBatch, writeBatch } from "../../../jobs/shown-batch.ts";
import { chooseRepresentation } from "../../accept.ts";
import { answerJsonText } from "../../json.ts";
import { parseBody, readJsonBody } from "../../json-body.ts";
import { requireNoQuery } from "../../query.ts";
import type { HttpContext, Services, State } from "../../services.ts";
import { describeFault } from "../jobs/fields/after.ts";
import { startTooLate } from "../jobs/fields/order.ts";
import { requireQueue } from "../jobs/find-job.ts";
import { readIdempotencyKey, readPreferences, readTraceparent } from "../jobs/headers.ts";
import { queueFullError } from "../jobs/queue-full.ts";
import { retryAfterSeconds } from "../jobs/representation.ts";
import { makeBatchEtag, requireBatch, waitForBatch } from "./find-batch.ts";
import { explainInvalidBatch, readBatch } from "./read-batch.ts";

type AcceptedBatch = Extract<SubmittedBatch, { kind: "accepted" }>;

/** `POST /batches`: many jobs as one, all or none. */
export function serveBatchSubmission(router: Router<State>, services: Services): void {
  router.post("/batches", async (ctx) => {
    const { batches } = requireQueue(services);
    chooseRepresentation(ctx, "json");
    requireNoQuery(ctx.query);
    const sent = parseBody(await readJsonBody(ctx, services.bodyLimitBytes));
    const context = { key: readIdempotencyKey(ctx), traceparent: readTraceparent(ctx) };
    const { batch, refs } = await readBatch(services, sent, context);
    const submitted = requireAccepted(await batches.submit(batch), batch.jobs.length);
    if (submitted.replayed) ctx.set("Idempotent-Replayed", "true");
    await answer(ctx, services, submitted, refs);
  });
}

async function answer(
  ctx: HttpContext,
  services: Services,
  { batch: first, jobs }: AcceptedBatch,
  refs: readonly (string | undefined)[],
): Promise<void> {
  const { id } = first;
  const { wait } = readPreferences(ctx);
  let batch = first;
  if (wait !== undefined) {
    ctx.set("Preference-Applied", `wait=${await waitForBatch(ctx, services, id, wait)}`);
    batch = requireBatch(id, await requireQueue(services).batches.find(id));
  }
  const isDone = batch.finishedAt !== null;
  ctx.status = isDone ? 200 : 202;
  ctx.set("Location", linkBatch(id).self);
  if (!isDone) ctx.set("Retry-After", retryAfterSeconds);
  ctx.set("ETag", makeBatchEtag(batch));
  const items = JSON.stringify(jobs.map((job, place) => ({ id: job, ref: refs[place] })));
  answerJsonText(ctx, `${writeBatch(batch).slice(0, -1)},"jobs":${items}}`);
}

/** A batch that the empty queue would not take gets no time to try again. */
function explainFullFor(full: QueueFull, count: number): AppError {
  if (count <= full.most) return queueFullError(full);
  const message = `send at most ${full.most} jobs: the queue takes no more (--max-queued)`;
  return explainInvalidBatch([{ path: "/jobs", message }]);
}

/**
 * @param count the number of its jobs
 * @throws AppError `key-conflict`, `queue-full`, `invalid-input` for what the queue refuses
 */
function requireAccepted(submitted: SubmittedBatch, count: number): AcceptedBatch {
  switch (submitted.kind) {
    case "accepted":
      return submitted;
    case "too-late":
      throw explainInvalidBatch(
        submitted.places.map((place) => ({
          path: `/jobs/${place}/startBefore`,
          message: startTooLate,
        })),
      );
    case "no-prerequisite":
      throw explainInvalidBatch(
        submitted.faults.map((fault) => ({
          path: `/jobs/${fault.job}/after/${fault.place}`,
          message: describeFault(fault),
        })),
      );
    case "queue-full":
      throw explainFullFor(submitted, count);
    case "key-conflict": {
      const detail =
        "This Idempotency-Key was used with another batch. Nothing was submitted. Use a new key for a new batch.";
      throw new AppError("key-conflict", detail);
    }
  }
}

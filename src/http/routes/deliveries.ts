import type Router from "@koa/router";
import { AppError } from "../../errors.ts";
import type { Delivery, DeliverySubject, FoundDeliveries } from "../../jobs/delivery.ts";
import { chooseRepresentation } from "../accept.ts";
import { answerJson } from "../json.ts";
import { requireNoBody } from "../no-body.ts";
import { refuseQuery } from "../query.ts";
import type { JobServices, State } from "../services.ts";
import { requireBatch } from "./batches/find-batch.ts";
import { requireFound, requireQueue } from "./jobs/find-job.ts";

/** `.../deliveries` and `.../deliveries/retry` of a job and of a batch: their webhooks. */
export function serveDeliveries(router: Router<State>, services: JobServices): void {
  serveDeliveriesOf(router, services, "job", "/jobs/:id/deliveries");
  serveDeliveriesOf(router, services, "batch", "/batches/:id/deliveries");
}

function serveDeliveriesOf(
  router: Router<State>,
  services: JobServices,
  of: DeliverySubject["of"],
  path: string,
): void {
  router.get(path, async (ctx) => {
    const { deliveries } = requireQueue(services);
    const subject = { of, id: ctx.params["id"] ?? "" };
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    const found = requireDeliveries(subject, await deliveries.find(subject));
    ctx.set("Cache-Control", "no-cache");
    answerJson(ctx, { deliveries: found.map(shown) });
  });

  router.post(`${path}/retry`, async (ctx) => {
    const { deliveries } = requireQueue(services);
    const subject = { of, id: ctx.params["id"] ?? "" };
    chooseRepresentation(ctx, "json");
    refuseQuery(ctx.query);
    await requireNoBody(ctx, services.bodyLimitBytes);
    const answer = await deliveries.retry(subject);
    const found = requireDeliveries(subject, answer);
    if (!answer.isSent) throw new AppError("no-webhook", explainNothing(subject, found));
    ctx.status = 202;
    answerJson(ctx, { deliveries: found.map(shown) });
  });
}

/** @throws AppError `not-found`, `job-gone`, `batch-gone` */
function requireDeliveries(
  { of, id }: DeliverySubject,
  found: FoundDeliveries,
): readonly Delivery[] {
  if (found.kind === "found") return found.deliveries;
  if (of === "job") requireFound(id, { kind: found.kind });
  else requireBatch(id, { kind: found.kind });
  return [];
}

function explainNothing({ of, id }: DeliverySubject, deliveries: readonly Delivery[]): string {
  const last = deliveries.at(-1);
  const subject = `${of} ${id}`;
  if (!last) return `There is no webhook of ${subject} yet: it has no onEnd, or has not ended.`;
  if (last.state === "pending") return `The webhook of ${subject} is being sent at this moment.`;
  return `The webhook of ${subject} is ${last.state}. Only one that failed or waits is sent again.`;
}

function shown({ id, url, state, createdAt, nextAttemptAt, attempts }: Delivery) {
  return {
    id,
    url,
    state,
    createdAt: timeOf(createdAt),
    nextAttemptAt: nextAttemptAt === null ? null : timeOf(nextAttemptAt),
    attempts: attempts.map(({ startedAt, ...rest }) => ({ startedAt: timeOf(startedAt), ...rest })),
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** Deliveries with what they tell: the event is written when it is sent, from what is kept anyway. */
import type {
  DeliveryClaim,
  DeliveryRequest,
  DeliverySubject,
  DeliveryVerdict,
  DueDeliveries,
  DueDelivery,
  FoundDeliveries,
  SentWebhook,
} from "../../../delivery.ts";
import { isFinal } from "../../../job.ts";
import { writeBatch } from "../../../shown-batch.ts";
import { writeJob } from "../../../shown-job.ts";
import { longestResultBytes, type WebhookEvent, writeBody } from "../../../webhooks/body.ts";
import type { StoreParts } from "../store-parts.ts";
import type { ClaimedRow } from "./deliveries.ts";
import type { Subject } from "./delivery-rows.ts";

export function claimDeliveries(parts: StoreParts, request: DeliveryRequest): DueDeliveries {
  const { deliveries } = parts;
  const { rows, isPartial } = deliveries.claim(request);
  const due = rows.flatMap((row) => dueDelivery(parts, row));
  return { due, nextInMs: deliveries.nextInMs(), isPartial };
}

export function reportDelivery(
  parts: StoreParts,
  claim: DeliveryClaim,
  sent: SentWebhook,
): DeliveryVerdict {
  const reported = parts.deliveries.report(claim, sent);
  if (!reported) return { state: null, subject: "", tries: 0 };
  const { state, tries, subject } = reported;
  return { state, tries, subject: idOf(parts, subject) };
}

export function findDeliveries(parts: StoreParts, of: DeliverySubject): FoundDeliveries {
  const found = findSubject(parts, of);
  if ("kind" in found) return found;
  const deliveries = parts.deliveries.list(found, (mark) => webhookId(of.id, mark));
  return { kind: "found", deliveries };
}

/** @returns whether there was one to send */
export function retryDeliveries(parts: StoreParts, of: DeliverySubject): boolean {
  const found = findSubject(parts, of);
  return !("kind" in found) && parts.deliveries.retry(found);
}

function findSubject(
  { ids, reader, batches }: StoreParts,
  { of, id }: DeliverySubject,
): Subject | { readonly kind: "gone" | "unknown" } {
  const seq = of === "job" ? ids.seqOfId(id) : ids.seqOfBatchId(id);
  const found = of === "job" ? reader.find(id, false) : batches.find(seq);
  if (found.kind !== "found") return { kind: found.kind };
  return of === "job" ? { job: seq ?? 0 } : { batch: seq ?? 0 };
}

/** Nothing where there is no event to tell any more. */
function dueDelivery(parts: StoreParts, row: ClaimedRow): DueDelivery[] {
  const { claim, subject, mark, url, host } = row;
  const event = eventOf(parts, subject);
  if (!event) {
    parts.deliveries.remove(subject);
    return [];
  }
  const id = webhookId(idOf(parts, subject), mark);
  return [{ claim, id, url, host, body: writeBody(event.told), ...event.trace }];
}

/** What a webhook tells, and the trace that it is part of. */
interface Told {
  readonly told: WebhookEvent;
  readonly trace?: Pick<DueDelivery, "traceparent">;
}

/** @returns undefined if the subject was removed, or has not ended */
function eventOf(parts: StoreParts, subject: Subject): Told | undefined {
  return "job" in subject ? jobEvent(parts, subject.job) : batchEvent(parts, subject.batch);
}

function jobEvent(parts: StoreParts, seq: number): Told | undefined {
  const found = parts.reader.findRow(seq);
  if (found.kind !== "found" || !isFinal(found.job.state)) return undefined;
  const { job } = found;
  const result = parts.deliveries.shortResult(seq, longestResultBytes);
  const data = writeJob(job, result);
  const told: WebhookEvent = { type: `job.${job.state}`, at: job.finishedAt ?? 0, data };
  return job.traceparent === null ? { told } : { told, trace: { traceparent: job.traceparent } };
}

function batchEvent({ batches }: StoreParts, seq: number): Told | undefined {
  const found = batches.find(seq);
  if (found.kind !== "found" || found.batch.finishedAt === null) return undefined;
  const data = writeBatch(found.batch);
  return { told: { type: "batch.ended", at: found.batch.finishedAt, data } };
}

function idOf({ ids }: StoreParts, subject: Subject): string {
  return "job" in subject ? ids.idOf(subject.job) : ids.batchIdOf(subject.batch);
}

/** The same each time that it is sent. A job that ran again by hand has another one for that end. */
function webhookId(id: string, mark: string): string {
  return `msg_${id}_${mark}`;
}

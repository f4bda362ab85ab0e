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
import { longestResultBytes, type WebhookEvent, writeBody } from "../../../webhooks/body.ts";
import { tellBatch, tellJob, webhookId } from "../../../webhooks/told.ts";
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
  if (found.kind !== "found") return undefined;
  const { traceparent } = found.job;
  const told = tellJob(found.job, parts.deliveries.shortResult(seq, longestResultBytes));
  return told && { told, ...(traceparent !== null && { trace: { traceparent } }) };
}

function batchEvent({ batches }: StoreParts, seq: number): Told | undefined {
  const found = batches.find(seq);
  const told = found.kind === "found" ? tellBatch(found.batch) : undefined;
  return told && { told };
}

function idOf({ ids }: StoreParts, subject: Subject): string {
  return "job" in subject ? ids.idOf(subject.job) : ids.batchIdOf(subject.batch);
}

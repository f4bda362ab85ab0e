/** Deliveries with what they tell: the event is written when it is sent, from what is kept anyway. */
import type {
  DeliverySubject,
  DueDelivery,
  FoundDeliveries,
  RetriedDeliveries,
} from "../../../delivery.ts";
import { longestResultBytes, type WebhookEvent, writeBody } from "../../../webhooks/body.ts";
import { tellBatch, tellJob, webhookId } from "../../../webhooks/told.ts";
import { findBatch } from "../batches/batch-record.ts";
import { findRow } from "../jobs/reader.ts";
import type { Parts } from "../parts.ts";
import { readJob } from "../records/job-changes.ts";
import { deliveriesOfJob, deliveryOfBatch } from "./announce.ts";
import {
  changeDelivery,
  type DeliveryRecord,
  deliveryOf,
  markOf,
  readDelivery,
  type Subject,
} from "./delivery-record.ts";

/** What a webhook tells, and the trace that it is part of. */
interface Told {
  readonly told: WebhookEvent;
  readonly trace?: Pick<DueDelivery, "traceparent">;
}

/** @returns null if the subject was removed, or has not ended */
export async function dueDelivery(
  parts: Parts,
  record: DeliveryRecord,
): Promise<DueDelivery | null> {
  const { seq, token, subject, url, host } = record;
  const event = await eventOf(parts, subject);
  if (!event) return null;
  const id = webhookId(idOfSubject(parts, subject), markOf(record));
  return { claim: { seq, token }, id, url, host, body: writeBody(event.told), ...event.trace };
}

function eventOf(parts: Parts, { of, seq }: Subject): Promise<Told | undefined> {
  return of === "job" ? jobEvent(parts, seq) : batchEvent(parts, seq);
}

async function jobEvent(parts: Parts, seq: number): Promise<Told | undefined> {
  const found = await findRow(parts, seq);
  if (found.kind !== "found") return undefined;
  const { traceparent } = found.job;
  const told = tellJob(found.job, await shortResult(parts, seq));
  return told && { told, ...(traceparent !== null && { trace: { traceparent } }) };
}

async function batchEvent(parts: Parts, seq: number): Promise<Told | undefined> {
  const found = await findBatch(parts, seq);
  const told = found.kind === "found" ? tellBatch(found.batch) : undefined;
  return told && { told };
}

/** The JSON text of a result, if it is short enough for a webhook. */
async function shortResult({ client, keys }: Parts, seq: number): Promise<string | null> {
  const bytes = await client.hstrlen(keys.job(seq), "r");
  return bytes <= longestResultBytes ? client.hget(keys.job(seq), "r") : null;
}

export function idOfSubject({ ids }: Parts, { of, seq }: Subject): string {
  return of === "job" ? ids.idOf(seq) : ids.batchIdOf(seq);
}

export async function findDeliveries(parts: Parts, of: DeliverySubject): Promise<FoundDeliveries> {
  const found = await findSeqs(parts, of);
  if (found.kind !== "found") return found;
  const records = await Promise.all(found.seqs.map((seq) => readDelivery(parts, seq)));
  const deliveries = records
    .filter((record) => record !== null)
    .map((record) => deliveryOf(record, webhookId(of.id, markOf(record))));
  return { kind: "found", deliveries };
}

/** Those that have failed or wait for another attempt are due now. */
export async function retryDeliveries(
  parts: Parts,
  of: DeliverySubject,
): Promise<RetriedDeliveries> {
  const found = await findSeqs(parts, of);
  if (found.kind !== "found") return { ...found, isSent: false };
  const retried = await Promise.all(
    found.seqs.map((seq) =>
      changeDelivery(parts, seq, ({ state, tries }) => {
        if (state !== "waiting" && state !== "failed") return null;
        const dueAt = parts.clock.now();
        return { state: "waiting", dueAt, tries: state === "failed" ? 0 : tries };
      }),
    ),
  );
  const isSent = retried.some((each) => each !== null);
  if (isSent) parts.news.tellDeliveries();
  return { ...(await findDeliveries(parts, of)), isSent };
}

type FoundSeqs =
  | { readonly kind: "found"; readonly seqs: readonly number[] }
  | { readonly kind: "gone" | "unknown" };

/** The numbers of the deliveries of a subject. */
async function findSeqs(parts: Parts, { of, id }: DeliverySubject): Promise<FoundSeqs> {
  const seq = of === "job" ? parts.ids.seqOfId(id) : parts.ids.seqOfBatchId(id);
  if (seq === undefined) return { kind: "unknown" };
  if (of === "batch") {
    const { kind } = await findBatch(parts, seq);
    return kind === "found" ? { kind, seqs: [deliveryOfBatch(seq)] } : { kind };
  }
  const read = await readJob(parts, seq);
  if (read) return { kind: "found", seqs: deliveriesOfJob(read.record) };
  const { kind } = await findRow(parts, seq);
  return { kind: kind === "gone" ? "gone" : "unknown" };
}

/** Deliveries are made, withdrawn and removed in the same change as the end that they tell. */
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import type { JobRecord } from "../records/record.ts";
import {
  deliverySeq,
  hostOf,
  keptDeliveries,
  readDelivery,
  removeDelivery,
  type Subject,
  writeDelivery,
} from "./delivery-record.ts";

/** A job ends. @returns its record then */
export function announceJob(change: Change, parts: Parts, ended: JobRecord): JobRecord {
  const { seq, onEnd } = ended;
  if (!onEnd) return ended;
  const number = ended.deliveries + 1;
  announce(change, parts, { of: "job", seq }, { number, url: onEnd.url });
  return { ...ended, deliveries: number };
}

/** A batch ends, which it does once. @param seq the number of the batch */
export function announceBatch(change: Change, parts: Parts, seq: number, url: string): void {
  announce(change, parts, { of: "batch", seq }, { number: 1, url });
}

/** A batch is removed. */
export function forgetBatchDelivery(
  change: Change,
  { keys }: Parts,
  seq: number,
  url: string,
): void {
  removeDelivery(change, keys, deliveryOfBatch(seq), hostOf(url));
}

/** The number of its only delivery. */
export function deliveryOfBatch(seq: number): number {
  return deliverySeq({ of: "batch", seq }, 1);
}

interface Announced {
  readonly number: number;
  readonly url: string;
}

function announce(
  change: Change,
  parts: Parts,
  subject: Subject,
  { number, url }: Announced,
): void {
  const { keys, clock, news } = parts;
  const [now, host, seq] = [clock.now(), hostOf(url), deliverySeq(subject, number)];
  writeDelivery(change, keys, null, {
    ...{ seq, version: 1, subject, number, url, host, state: "waiting", token: 0 },
    ...{ createdAt: now, dueAt: now, tries: 0, attempts: [] },
  });
  const old = number - keptDeliveries;
  if (old > 0) removeDelivery(change, keys, deliverySeq(subject, old), host);
  change.whenDone(() => news.tellDeliveries());
}

/** The numbers of the deliveries of a job that are kept, the oldest first. */
export function deliveriesOfJob({ seq, deliveries }: JobRecord): readonly number[] {
  const count = Math.min(deliveries, keptDeliveries);
  return Array.from({ length: count }, (_, index) =>
    deliverySeq({ of: "job", seq }, deliveries - count + 1 + index),
  );
}

/** The job is to run again, so the webhooks of its end are not sent any more. */
export async function withdrawal(
  parts: Parts,
  record: JobRecord,
): Promise<(change: Change) => void> {
  const seqs = deliveriesOfJob(record);
  const read = await Promise.all(seqs.map((seq) => readDelivery(parts, seq)));
  return (change) => {
    for (const before of read) {
      if (!before || before.dueAt === null) continue;
      const version = before.version + 1;
      writeDelivery(change, parts.keys, before, {
        ...{ ...before, version, state: "withdrawn", dueAt: null },
      });
    }
  };
}

/** The job is removed. */
export function forgetDeliveries(change: Change, { keys }: Parts, record: JobRecord): void {
  const host = hostOf(record.onEnd?.url ?? "");
  for (const seq of deliveriesOfJob(record)) removeDelivery(change, keys, seq, host);
}

import type { Delivery, DeliveryAttempt, DeliveryState } from "../../../delivery.ts";
import type { Parts } from "../parts.ts";
import { Change, commit } from "../records/commit.ts";
import type { Keys } from "../records/keys.ts";

/** What is announced: the end of a job, or of a batch, by its number. */
export interface Subject {
  readonly of: "job" | "batch";
  readonly seq: number;
}

/** A delivery as Redis has it: JSON in a field of its hash. All times are ms since 1970. */
export interface DeliveryRecord {
  readonly seq: number;
  /** Grows with each change. */
  readonly version: number;
  readonly subject: Subject;
  /** Its place among those of its subject, from 1. */
  readonly number: number;
  readonly url: string;
  readonly host: string;
  /** One that is being sent is pending for a client. */
  readonly state: "waiting" | "sending" | Exclude<DeliveryState, "pending">;
  /** Of the latest claim; 0 before the first. */
  readonly token: number;
  readonly createdAt: number;
  /** While it is being sent, when its claim ends; null when it is over. */
  readonly dueAt: number | null;
  readonly tries: number;
  readonly attempts: readonly DeliveryAttempt[];
}

/** Deliveries of one subject that are kept, the latest. More are only made by hand. */
export const keptDeliveries = 100;

/** Numbers of deliveries of one subject come again after so many. */
const numbers = 1024;

/**
 * The number of a delivery follows from its subject, so it is known before the change that makes it.
 * Numbers of jobs stay below 2^42 (line.ts): with these it makes whole doubles below 2^53.
 */
export function deliverySeq({ of, seq }: Subject, number: number): number {
  return (seq * 2 + (of === "batch" ? 1 : 0)) * numbers + (number % numbers);
}

export function deliveryKey(keys: Keys, seq: number): string {
  return keys.of(`delivery:${seq}`);
}

/** Sorted set: deliveries that are not over, by the time when they are due. */
export function dueDeliveriesKey(keys: Keys): string {
  return keys.of("deliveries:due");
}

/** Sorted set: the same of one receiving host. */
export function dueOfHostKey(keys: Keys, host: string): string {
  return keys.of(`deliveries:host:${host}`);
}

/** Sorted set: the receiving hosts by name. Some may have no delivery any more. */
export function receivingHostsKey(keys: Keys): string {
  return keys.of("deliveries:hosts");
}

export async function readDelivery(
  { client, keys }: Parts,
  seq: number,
): Promise<DeliveryRecord | null> {
  const json = await client.hget(deliveryKey(keys, seq), "j");
  return json === null ? null : (JSON.parse(json) as DeliveryRecord);
}

/** @param before null: it is new, and in the place of one that is not kept any more */
export function writeDelivery(
  change: Change,
  keys: Keys,
  before: DeliveryRecord | null,
  after: DeliveryRecord,
): void {
  const { seq, host, dueAt, version } = after;
  const key = deliveryKey(keys, seq);
  if (before) change.expect("field", key, "v", String(before.version));
  change.do("HSET", key, "v", version, "j", JSON.stringify(after));
  for (const set of [dueDeliveriesKey(keys), dueOfHostKey(keys, host)]) {
    if (dueAt === null) change.do("ZREM", set, seq);
    else change.do("ZADD", set, dueAt, seq);
  }
  if (dueAt !== null) change.do("ZADD", receivingHostsKey(keys), 0, host);
}

export function removeDelivery(change: Change, keys: Keys, seq: number, host: string): void {
  change.do("DEL", deliveryKey(keys, seq));
  change.do("ZREM", dueDeliveriesKey(keys), seq);
  change.do("ZREM", dueOfHostKey(keys, host), seq);
}

/** The host of a URL. A task may have forged one that is none: its attempts fail. */
export function hostOf(url: string): string {
  return URL.parse(url)?.hostname || "none";
}

/** Others may send, withdraw or retry the same delivery. */
const mostTries = 100;

/** @returns the delivery after the change; null where nothing was done */
export async function changeDelivery(
  parts: Parts,
  seq: number,
  decide: (record: DeliveryRecord) => Partial<DeliveryRecord> | null,
): Promise<DeliveryRecord | null> {
  const { client, keys } = parts;
  for (let tries = 0; tries < mostTries; tries++) {
    const before = await readDelivery(parts, seq);
    const wanted = before && decide(before);
    if (!wanted) return null;
    const after = { ...before, ...wanted, version: before.version + 1 };
    const change = new Change();
    writeDelivery(change, keys, before, after);
    const { failed } = await commit(client, keys.meta, change);
    if (failed === 0) return after;
  }
  throw new Error(`Delivery ${seq} was changed by others each time`);
}

/** @param id its `webhook-id` */
export function deliveryOf(record: DeliveryRecord, id: string): Delivery {
  const { url, state, createdAt, dueAt, attempts } = record;
  const isSending = state === "sending";
  return {
    ...{ id, url, createdAt, attempts },
    state: isSending || state === "waiting" ? "pending" : state,
    nextAttemptAt: isSending ? null : dueAt,
  };
}

/** Tells a delivery from the others of its job or batch. */
export function markOf({ number, createdAt }: DeliveryRecord): string {
  return `${number}_${createdAt.toString(36)}`;
}

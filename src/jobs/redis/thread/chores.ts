import { isOverdue } from "../../transitions/expiry.ts";
import { tellDependants } from "./after/settling.ts";
import { doBatchChores } from "./batches/batch-chores.ts";
import { endedJob } from "./jobs/attempt-ends.ts";
import type { Parts } from "./parts.ts";
import { changeJob, jobFields, readJob, readJobOf } from "./records/job-changes.ts";
import { isFinal, type JobRecord } from "./records/record.ts";
import { removal } from "./records/removing.ts";
import { readOwnerFields } from "./records/ticket-owners.ts";
import { unparkAll } from "./tickets/parking.ts";
import { dueDeliveriesKey } from "./webhooks/delivery-record.ts";

/** Jobs of one kind of chore in one round. */
const mostAtOnce = 500;

/** A host that has something left to do after a commit does it within this time, or it is gone. */
const leftMs = 5000;

/** A host that can send takes a webhook before this time is over. */
const unsentMs = 1000;

/**
 * What nobody asks for: jobs expire, what was kept long enough goes, and what a host that is gone has
 * left undone is done. Every host does it; where two do it at once, one of them finds it done.
 */
export async function doChores(parts: Parts): Promise<void> {
  await Promise.all([
    ...[expire(parts), purge(parts), placeLeft(parts), unparkAll(parts)],
    ...[tellLeft(parts), sendLeft(parts), stopUnheard(parts)],
    doBatchChores(parts, parts.clock.now() - leftMs),
  ]);
}

async function expire(parts: Parts): Promise<void> {
  const now = parts.clock.now();
  for (const seq of await firstOf(parts, parts.keys.expiring, now)) {
    await changeJob(parts, seq, ({ record }) => {
      if (record.state !== "queued" || !isOverdue(record.startBefore, now)) return null;
      return { after: endedJob(parts, record, { to: "expired" }), value: null };
    });
  }
}

async function purge(parts: Parts): Promise<void> {
  const before = parts.clock.now() - parts.retentionMs;
  const seqs = await firstOf(parts, parts.keys.ended, before);
  const remove = (seq: number) =>
    changeJob(parts, seq, ({ record }) => {
      const isOld = isFinal(record.state) && (record.finishedAt ?? before) <= before;
      return isOld ? removal(parts, record) : null;
    });
  // One after the other, they would go more slowly than others end.
  await Promise.all(seqs.map(remove));
}

/** A host has written these jobs and has not added their tickets. */
async function placeLeft(parts: Parts): Promise<void> {
  const { client, keys, clock } = parts;
  const until = clock.now() - leftMs;
  const tickets = await client.zrangebyscore(keys.unplaced, "-inf", until, "LIMIT", 0, mostAtOnce);
  const left: JobRecord[] = [];
  for (const ticket of tickets) {
    const { record } = readJobOf(await readOwnerFields(parts, ticket, jobFields)) ?? {};
    if (record?.state === "queued") left.push(record);
    else await client.zrem(keys.unplaced, ticket);
  }
  parts.placing.add(left);
}

/** A host has written these ends and has not told their dependants. */
async function tellLeft(parts: Parts): Promise<void> {
  const { client, keys, clock } = parts;
  const until = clock.now() - leftMs;
  const ends = await client.zrangebyscore(keys.untold, "-inf", until, "LIMIT", 0, mostAtOnce);
  for (const untold of ends) await tellDependants(parts, untold);
}

/** Runs of this host that go on although their jobs are to be cancelled: it may not have heard of it. */
async function stopUnheard(parts: Parts): Promise<void> {
  const { client, keys, held, background } = parts;
  const seqs = (await client.zrange(keys.stopping, "0", "-1")).map(Number);
  for (const seq of seqs.filter((each) => held.runs(each))) {
    const { record } = (await readJob(parts, seq)) ?? {};
    if (record?.state === "running" && record.cancelRequested) background.stop(seq, record.token);
  }
}

/** Webhooks that the host whose turn it was has not begun to send. */
async function sendLeft(parts: Parts): Promise<void> {
  const { client, keys, clock, news } = parts;
  const until = clock.now() - unsentMs;
  const left = await client.zcount(dueDeliveriesKey(keys), "-inf", until);
  if (left > 0) news.tellDeliveries();
}

async function firstOf({ client }: Parts, set: string, until: number): Promise<number[]> {
  const seqs = await client.zrangebyscore(set, "-inf", until, "LIMIT", 0, mostAtOnce);
  return seqs.map(Number);
}

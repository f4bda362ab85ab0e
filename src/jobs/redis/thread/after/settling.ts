import { explainCancelled, onPrerequisite } from "../../../transitions/prerequisites.ts";
import { endedJob } from "../jobs/attempt-ends.ts";
import type { Parts } from "../parts.ts";
import { Change, commit } from "../records/commit.ts";
import { changeJob, type Decision, readJob, withNewTicket } from "../records/job-changes.ts";
import type { JobRecord } from "../records/record.ts";
import { endOfUntold, seqOfEnd } from "./ends.ts";

/** Dependants that are told at the same time. */
const mostAtOnce = 200;

/** Others change the same job rarely, and each time one of them gets on. */
const mostTries = 100;

/**
 * Tells all who wait for an end that it has come. Several hosts may do it at once: a dependant is told
 * by the change that takes it from the set, and only one such change succeeds. A job that is cancelled
 * by that has ended, too: its own dependants are told in the same way.
 *
 * @param untold a member of `keys.untold`
 */
export async function tellDependants(parts: Parts, untold: string): Promise<void> {
  const { client, keys } = parts;
  const { end } = endOfUntold(untold);
  const last = String(mostAtOnce - 1);
  // Nobody begins to wait for an end that has come, so the set only shrinks.
  for (;;) {
    const seqs = await client.zrange(keys.dependants(end), "0", last);
    if (seqs.length === 0) break;
    await Promise.all(seqs.map((seq) => tell(parts, Number(seq), untold)));
  }
  await client.zrem(keys.untold, untold);
}

async function tell(parts: Parts, seq: number, untold: string): Promise<void> {
  const { end } = endOfUntold(untold);
  for (let tries = 0; tries < mostTries; tries++) {
    const told = await changeJob(parts, seq, ({ record }) =>
      waits(record, end) ? decide(parts, record, untold) : null,
    );
    if (told || (await forget(parts, seq, end))) return;
  }
  throw new Error(`Job ${seq} was changed by others each time`);
}

function waits({ state, waitsFor }: JobRecord, end: string): boolean {
  return state === "queued" && waitsFor.includes(end);
}

function decide(parts: Parts, record: JobRecord, untold: string): Decision<null> {
  const { end, state } = endOfUntold(untold);
  const waitsFor = record.waitsFor.filter((each) => each !== end);
  const write = (change: Change) => change.do("ZREM", parts.keys.dependants(end), record.seq);
  const next = { ...record, waitsFor };
  if (onPrerequisite(state, record.onFailure) === "cancel") {
    const error = explainCancelled(parts.ids.idOf(seqOfEnd(end)), state);
    return { after: endedJob(parts, next, { to: "cancelled", error }), write, value: null };
  }
  return { after: waitsFor.length > 0 ? next : withNewTicket(next), write, value: null };
}

/**
 * Takes a job from the set that waits no more: a client has cancelled it, for example. Where it is
 * run again by hand, either that finds it in the set, or this finds the job changed.
 *
 * @returns false: it waits again
 */
async function forget({ client, keys, ...parts }: Parts, seq: number, end: string) {
  const read = await readJob({ client, keys, ...parts }, seq);
  if (read && waits(read.record, end)) return false;
  const change = new Change();
  change.expect("field", keys.job(seq), "v", read ? String(read.record.version) : "");
  change.do("ZREM", keys.dependants(end), seq);
  return (await commit(client, keys.meta, change)).failed === 0;
}

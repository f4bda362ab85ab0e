import type { PastAttempt } from "../../../attempt.ts";
import { isTaskPaused } from "../../../control.ts";
import type { Found, Job, JobFilter, JobListing, JobPage, JobState } from "../../../job.ts";
import { jobStates } from "../../../job.ts";
import type { BodyOf, FoundAttempts } from "../../../queue.ts";
import { refuseCursor } from "../../../refused.ts";
import type { QueueStats } from "../../../stats.ts";
import type { Parts } from "../parts.ts";
import { decode, type JobRecord, jobOf } from "../records/record.ts";

/** Records that are read in one go, for a list. */
const chunk = 200;

/** Most that one call for a list looks at: the next page goes on from there. */
const mostLooked = 5000;

export async function findJob(parts: Parts, id: string, withResult = false): Promise<Found> {
  const seq = parts.ids.seqOfId(id);
  return seq === undefined ? { kind: "unknown" } : findRow(parts, seq, withResult);
}

export async function findRow(parts: Parts, seq: number, withResult = false): Promise<Found> {
  const { client, keys, pauses } = parts;
  const key = keys.job(seq);
  const fields = withResult ? ["v", "j", "p", "r", "ra"] : ["v", "j", "p"];
  const [[version, json, progress = null, result = null, bytesAt], hasBody] = await Promise.all([
    client.hmget(key, ...fields),
    withResult ? client.hexists(key, "rb") : 0,
  ]);
  if (!version || !json) {
    // The id is genuine. The job was removed, or its number was never used.
    const last = Number((await client.hget(keys.meta, "seq")) ?? 0);
    return { kind: seq <= last ? "gone" : "unknown" };
  }
  const job = publicJob(parts, decode(version, json), progress);
  return {
    ...{ kind: "found", job, result },
    ...(bytesAt && { bytesAt: Number(bytesAt) }),
    ...(hasBody === 1 && { hasBody: true }),
    ...(job.state === "queued" && isTaskPaused(pauses.now, job.task) && { isPaused: true }),
  };
}

export function publicJob({ ids }: Parts, record: JobRecord, progress: string | null): Job {
  const batch = record.batch === null ? null : ids.batchIdOf(record.batch);
  return jobOf(record, ids.idOf(record.seq), batch, progress);
}

/** The bytes of an input or a result; null where there are none. */
export async function readBody(
  parts: Parts,
  id: string,
  of: BodyOf,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { client, keys, ids } = parts;
  const field = of === "input" ? "ib" : "rb";
  const bytes = await client.hgetBuffer(keys.job(ids.seqOfId(id) ?? 0), field);
  return bytes === null ? null : new Uint8Array(bytes);
}

export async function readInput({ client, keys, ids }: Parts, id: string): Promise<string | null> {
  return client.hget(keys.job(ids.seqOfId(id) ?? 0), "in");
}

export async function readAttempts(parts: Parts, id: string): Promise<FoundAttempts> {
  const { kind } = await findJob(parts, id);
  if (kind !== "found") return { kind };
  const texts = await parts.client.lrange(parts.keys.attempts(parts.ids.seqOfId(id) ?? 0), 0, -1);
  return { kind, attempts: texts.map((text) => JSON.parse(text) as PastAttempt) };
}

export interface Selected {
  readonly seqs: readonly number[];
  readonly jobs: readonly Job[];
  /** Where the next page begins; null for the last page. */
  readonly before: number | null;
}

export async function listJobs(
  parts: Parts,
  { limit, cursor, ...filter }: JobListing,
): Promise<JobPage> {
  const { jobs, before } = await selectJobs(parts, filter, limit, cursor);
  return { jobs, cursor: before === null ? null : parts.ids.cursorOf(before) };
}

/** @throws AppError `invalid-input` for a cursor that this queue did not give */
export async function selectJobs(
  parts: Parts,
  filter: JobFilter,
  most: number,
  cursor?: string,
): Promise<Selected> {
  const { client, keys, ids } = parts;
  let before =
    cursor === undefined ? Number.MAX_SAFE_INTEGER : (ids.seqOfCursor(cursor) ?? refuseCursor());
  const sets = setsOf(parts, filter);
  const found: { readonly seq: number; readonly job: Job }[] = [];
  for (let looked = 0; looked < mostLooked; ) {
    // The newest of all sets: each has at most a chunk.
    const lists = await Promise.all(
      sets.map((key) => client.zrevrangebyscore(key, `(${before}`, "-inf", "LIMIT", 0, chunk)),
    );
    const seqs = [...new Set(lists.flat().map(Number))].toSorted((a, b) => b - a).slice(0, chunk);
    if (seqs.length === 0) return selected(found, null);
    const rows = await Promise.all(seqs.map((seq) => client.hmget(keys.job(seq), "v", "j", "p")));
    for (const [index, [version, json, progress = null]] of rows.entries()) {
      before = seqs[index] ?? before;
      if (!version || !json) continue;
      const job = publicJob(parts, decode(version, json), progress);
      if (filter.createdAfter !== undefined && job.createdAt < filter.createdAfter - slackMs)
        return selected(found, null);
      if (!isWanted(job, filter)) continue;
      // One more than wanted shows that there is another page.
      if (found.length === most) return selected(found, found.at(-1)?.seq ?? null);
      found.push({ seq: before, job });
    }
    looked += seqs.length;
  }
  return selected(found, before);
}

/** Numbers are given out before the jobs are made, and the clocks of hosts differ a little. */
const slackMs = 60_000;

function selected(found: readonly { seq: number; job: Job }[], before: number | null): Selected {
  return { seqs: found.map(({ seq }) => seq), jobs: found.map(({ job }) => job), before };
}

/** The sets that together have all jobs of a filter, the shortest for what is asked. */
function setsOf({ keys, ids }: Parts, filter: JobFilter): readonly string[] {
  const { batch, schedule, tag, group, task, states } = filter;
  // No batch has the number 0: a batch that is none of this queue's selects nothing.
  if (batch !== undefined) return [keys.found("batch", String(ids.seqOfBatchId(batch) ?? 0))];
  if (schedule !== undefined) return [keys.found("schedule", schedule)];
  if (tag !== undefined) return [keys.found("tag", tag)];
  if (group !== undefined) return [keys.found("group", group)];
  if (states === undefined && task !== undefined) return [keys.found("task", task)];
  return (states ?? jobStates).map((state) => keys.state(state));
}

function isWanted(job: Job, filter: JobFilter): boolean {
  const { states, task, tag, group, schedule, createdAfter, createdBefore } = filter;
  return (
    (states === undefined || states.includes(job.state)) &&
    (task === undefined || job.task === task) &&
    (tag === undefined || job.tags.includes(tag)) &&
    (group === undefined || job.group === group) &&
    (schedule === undefined || job.schedule === schedule) &&
    (filter.batch === undefined || job.batch === filter.batch) &&
    (createdAfter === undefined || job.createdAt >= createdAfter) &&
    (createdBefore === undefined || job.createdAt < createdBefore)
  );
}

export async function readStats(parts: Parts): Promise<QueueStats> {
  const { client, keys, tally, pauses, clock, maxQueued } = parts;
  const [counts, ...oldest] = await Promise.all([
    Promise.all(jobStates.map((state) => client.zcard(keys.state(state)))),
    client.zrange(keys.due("open"), "0", "0", "WITHSCORES"),
    client.zrange(keys.due("held"), "0", "0", "WITHSCORES"),
  ]);
  const states = Object.fromEntries(jobStates.map((state, at) => [state, counts[at] ?? 0]));
  const now = clock.now();
  const waits = oldest.map(([, runAt]) => now - Number(runAt ?? Number.POSITIVE_INFINITY));
  const longest = Math.max(...waits);
  return {
    states: states as Record<JobState, number>,
    ...{ queuedLimit: maxQueued, oldestWaitingMs: longest >= 0 ? longest : null },
    ...{ paused: pauses.now, ...tally.read() },
  };
}

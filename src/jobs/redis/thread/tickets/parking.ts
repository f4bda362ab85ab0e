/**
 * Lines: jobs that share a limit. BullMQ has one limit for a whole queue, and groups only in its Pro
 * edition. So a job whose line is full gives its ticket back and is parked; when there is room, the
 * first of the line gets a new ticket.
 */

import type { Parts } from "../parts.ts";
import { Change, commit } from "../records/commit.ts";
import { changeJob, type Decision, withNewTicket } from "../records/job-changes.ts";
import { groupLine, rankOf, taskLine } from "../records/line.ts";
import type { JobRecord } from "../records/record.ts";

/** The first line of a job that has no room for it. */
export interface FullLine {
  /** Null if all have room. */
  readonly full: string | null;
  /** The lines with a limit in which it will count. */
  readonly lines: readonly string[];
  /** Makes sure, where it starts, that they still have. */
  readonly guard: (change: Change) => void;
}

/** @param record of a job that could start now */
export async function fullLineOf(parts: Parts, record: JobRecord): Promise<FullLine> {
  const { keys, client } = parts;
  const limits: [line: string, limit: number][] = [];
  const taskLimit = parts.limits.get(record.task);
  if (taskLimit !== undefined) limits.push([taskLine(record.task), taskLimit]);
  const groupLimit = await groupLimitOf(parts, record.group);
  if (groupLimit !== null) limits.push([groupLine(record.group ?? ""), groupLimit]);
  for (const [line, limit] of limits) {
    const [running, [first]] = await Promise.all([
      client.zcard(keys.running(line)),
      client.zrange(keys.parked(line), "0", "0", "WITHSCORES").then(([, rank]) => [rank]),
    ]);
    const isBehind = first !== undefined && Number(first) < rankOf(record);
    if (running >= limit || isBehind) return { full: line, lines: [], guard: () => {} };
  }
  const guard = (change: Change) => {
    for (const [line, limit] of limits) change.expect("most", keys.running(line), limit - 1);
  };
  return { full: null, lines: limits.map(([line]) => line), guard };
}

async function groupLimitOf({ client, keys }: Parts, group: string | null): Promise<number | null> {
  if (group === null) return null;
  const limit = await client.hget(keys.groupLimits, group);
  return limit === null ? null : Number(limit);
}

/**
 * It gives its ticket back, and waits in the line. If another line had given it that ticket, there is
 * still room in that one, for the next.
 */
export function park({ keys, background }: Parts, record: JobRecord, line: string): Decision<null> {
  const others = linesOf(record).filter((other) => other !== line);
  const write = (change: Change) => {
    change.do("SADD", keys.lines, line);
    for (const other of others) change.whenDone(() => background.lookAtLine(other));
  };
  return { after: { ...record, parked: line }, write, value: null };
}

function linesOf({ task, group }: JobRecord): string[] {
  return group === null ? [taskLine(task)] : [taskLine(task), groupLine(group)];
}

/** Gives tickets to the first jobs of every line that has room. Any host may do it, at any time. */
export async function unparkAll(parts: Parts): Promise<void> {
  const lines = await parts.client.smembers(parts.keys.lines);
  await Promise.all(lines.map((line) => unpark(parts, line)));
}

/** A job has left the line, or could not start. Most lines have nothing parked. */
export async function unparkNext(parts: Parts, line: string): Promise<void> {
  if ((await parts.client.zcard(parts.keys.parked(line))) > 0) await unpark(parts, line);
}

/** @param line a line that may have room */
export async function unpark(parts: Parts, line: string): Promise<void> {
  const { client, keys } = parts;
  const most = await roomOf(parts, line);
  if (most <= 0) return;
  const seqs = await client.zrange(keys.parked(line), "0", String(Math.min(most, mostAtOnce) - 1));
  if (seqs.length === 0) await dropLine(parts, line);
  await Promise.all(seqs.map((seq) => unparkJob(parts, Number(seq), line)));
}

/** No job is parked there, unless one is right now. */
async function dropLine({ client, keys }: Parts, line: string): Promise<void> {
  const change = new Change();
  change.expect("most", keys.parked(line), 0);
  change.do("SREM", keys.lines, line);
  await commit(client, keys.meta, change);
}

/** Jobs that get tickets in one step. */
const mostAtOnce = 500;

async function roomOf(parts: Parts, line: string): Promise<number> {
  const { client, keys } = parts;
  const [kind, name] = [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)];
  if (kind === "task" && parts.pauses.isPaused(name)) return 0;
  const limit = kind === "task" ? parts.limits.get(name) : await groupLimitOf(parts, name);
  if (limit === undefined || limit === null) return mostAtOnce;
  return limit - (await client.zcard(keys.running(line)));
}

async function unparkJob(parts: Parts, seq: number, line: string): Promise<void> {
  await changeJob(parts, seq, ({ record }) => {
    if (record.parked !== line) return null;
    return { after: withNewTicket({ ...record, parked: null }), value: null };
  });
}

/**
 * Jobs that wait for a worker, by the lines in which they take turns (tickets/turns.ts): one for each
 * priority and group. A job that is planned for later enters its line when a turn is looked for.
 */
import type { Change } from "./commit.ts";
import type { Keys } from "./keys.ts";
import { hasTicket, type JobRecord } from "./record.ts";

/** Brings a job from one line to the next; null: there is no record of it. */
export function moveInLines(
  change: Change,
  keys: Keys,
  before: JobRecord | null,
  after: JobRecord | null,
  now: number,
): void {
  const from = before && waits(before) ? before : null;
  const to = after && waits(after) ? after : null;
  if (from && to && isSamePlace(from, to)) return;
  if (from) leave(change, keys, from);
  if (!to) return;
  if (wasPlanned(to) && to.runAt > now) {
    change.do("ZADD", plannedKey(keys, to), to.runAt, plannedMember(to));
  } else enter(change, keys, to, before !== null && before.parked === null);
}

/**
 * The number of a new job, and of one that was parked, says when its group began to wait. The jobs
 * without a group are entered as one where a turn is looked for: without groups, that costs nothing.
 *
 * @param again whether it begins to wait later than it was accepted
 */
function enter(change: Change, keys: Keys, record: JobRecord, again: boolean): void {
  const { seq, pool, priority, group } = record;
  const [turns, line] = [keys.turns(pool, priority), keys.waiting(pool, priority, group)];
  if (again) change.begin(turns, line, group ?? "");
  else if (group !== null) change.do("ZADD", turns, "NX", seq, group);
  change.do("ZADD", line, seq, seq);
}

/** After the last job of a group, or of those without one, has left its line, none of them waits. */
function leave(change: Change, keys: Keys, record: JobRecord): void {
  const { seq, pool, priority, group } = record;
  const line = keys.waiting(pool, priority, group);
  change.do("ZREM", line, seq);
  if (wasPlanned(record)) change.do("ZREM", plannedKey(keys, record), plannedMember(record));
  change.doIfGone(line, "ZREM", keys.turns(pool, priority), group ?? "");
}

function wasPlanned({ runAt, createdAt }: JobRecord): boolean {
  return runAt > createdAt;
}

function waits(record: JobRecord): boolean {
  return record.state === "queued" && hasTicket(record);
}

function isSamePlace(one: JobRecord, other: JobRecord): boolean {
  const { pool, priority, group, runAt } = other;
  return (
    one.pool === pool && one.priority === priority && one.group === group && one.runAt === runAt
  );
}

function plannedKey(keys: Keys, { pool, priority, group }: JobRecord): string {
  return keys.planned(pool, priority, group === null ? "alone" : "groups");
}

function plannedMember({ seq, group }: JobRecord): string {
  return group === null ? String(seq) : `${seq} ${group}`;
}

import { isFinal } from "../../../job.ts";
import type { Change } from "./commit.ts";
import type { Keys } from "./keys.ts";
import { groupLine, rankOf } from "./line.ts";
import type { JobRecord } from "./record.ts";

/** The sorted sets in which a job is, with its place there. They follow from its record alone. */
export function indexesOf(keys: Keys, record: JobRecord): Map<string, number> {
  const { seq, state, tags, parked } = record;
  const places = new Map<string, number>([
    [keys.state(state), seq],
    [keys.found("task", record.task), seq],
  ]);
  for (const tag of tags) places.set(keys.found("tag", tag), seq);
  if (record.group !== null) places.set(keys.found("group", record.group), seq);
  if (record.batch !== null) places.set(keys.found("batch", String(record.batch)), seq);
  if (record.schedule !== null) places.set(keys.found("schedule", record.schedule), seq);
  if (state === "queued" && record.startBefore !== null)
    places.set(keys.expiring, record.startBefore);
  if (isFinal(state)) places.set(keys.ended, record.finishedAt ?? 0);
  if (state === "running" && record.batch !== null)
    places.set(keys.runningOfBatch(record.batch), seq);
  if (state === "running" && record.cancelRequested) places.set(keys.stopping, seq);
  for (const line of record.lines) places.set(keys.running(line), seq);
  if (state === "running" && record.group !== null) {
    places.set(keys.running(groupLine(record.group)), seq);
    places.set(keys.runningInGroups, seq);
  }
  if (state !== "queued" || record.waitsFor.length > 0) return places;
  if (parked === null) places.set(keys.due(record.pool), record.runAt);
  else places.set(keys.parked(parked), rankOf(record));
  return places;
}

/** Brings the sorted sets from one record of a job to the next; null: there is none. */
export function moveIndexes(
  change: Change,
  keys: Keys,
  before: JobRecord | null,
  after: JobRecord | null,
): void {
  const from = before ? indexesOf(keys, before) : new Map<string, number>();
  const to = after ? indexesOf(keys, after) : new Map<string, number>();
  const member = String((after ?? before)?.seq);
  for (const key of from.keys()) if (!to.has(key)) change.do("ZREM", key, member);
  for (const [key, place] of to) if (from.get(key) !== place) change.do("ZADD", key, place, member);
  if (before && before.group !== null && before.group !== after?.group)
    change.doIfGone(keys.found("group", before.group), "HDEL", keys.groupLimits, before.group);
}

/** Members that one command adds: a script can pass on about 8,000 arguments. */
const mostMembers = 1000;

/** Adds jobs to a sorted set, by number. */
export function addMembers(change: Change, key: string, seqs: readonly number[]): void {
  for (let at = 0; at < seqs.length; at += mostMembers) {
    const some = seqs.slice(at, at + mostMembers);
    change.do("ZADD", key, ...some.flatMap((seq) => [seq, seq]));
  }
}

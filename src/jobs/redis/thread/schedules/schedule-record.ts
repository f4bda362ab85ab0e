import type { NewJob } from "../../../new-job.ts";
import type { Course, DueTimes } from "../../../schedules/due.ts";
import type { MissedTimes, NewSchedule, ScheduleRules } from "../../../schedules/schedule.ts";
import type { Parts } from "../parts.ts";
import type { Change } from "../records/commit.ts";
import type { Keys } from "../records/keys.ts";

/** A schedule as Redis has it: JSON in a field of its hash. All times are ms since 1970. */
export interface ScheduleRecord {
  readonly name: string;
  /** Another one with each put. Unlike a name, it is never given again. */
  readonly version: number;
  /** How often it was changed since that put. */
  readonly step: number;
  readonly rules: ScheduleRules;
  readonly task: string;
  readonly course: Course;
  readonly lastJob: { readonly seq: number; readonly scheduledFor: number } | null;
  readonly made: number;
  readonly skipped: number;
  readonly missed: MissedTimes | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /**
   * What is left of a plan with more jobs than one change makes; null if nothing is. `course.nextAt`
   * is the first of its times.
   */
  readonly rest: DueTimes | null;
}

/** A schedule with what each of its jobs is. */
export interface ReadSchedule {
  readonly record: ScheduleRecord;
  readonly job: NewJob;
  readonly sent: string;
}

export function scheduleKey(keys: Keys, name: string): string {
  return keys.of(`schedule:${name}`);
}

/** Sorted set: the names of all schedules, in their order. */
export function schedulesKey(keys: Keys): string {
  return keys.of("schedules");
}

/** Sorted set: the names of schedules by the time when they are due. */
export function dueSchedulesKey(keys: Keys): string {
  return keys.of("schedules:due");
}

export async function readSchedule(
  { client, keys }: Parts,
  name: string,
): Promise<ReadSchedule | null> {
  const [json, job, sent] = await client.hmget(scheduleKey(keys, name), "j", "job", "sent");
  if (!json || !job) return null;
  const record = JSON.parse(json) as ScheduleRecord;
  return { record, job: JSON.parse(job) as NewJob, sent: sent ?? "" };
}

/** Adds the job of a schedule that is put to a change. */
export function writeJobOf(change: Change, keys: Keys, { name, job, sent }: NewSchedule): void {
  change.do("HSET", scheduleKey(keys, name), "job", JSON.stringify(job), "sent", sent);
  change.do("ZADD", schedulesKey(keys), 0, name);
}

/**
 * Adds one step of a schedule to a change, which is made only if the schedule is as it was read.
 *
 * @param before null: there must be none
 * @returns the number of that check
 */
export function writeSchedule(
  change: Change,
  keys: Keys,
  before: ScheduleRecord | null,
  after: ScheduleRecord,
): number {
  const { name, course } = after;
  const key = scheduleKey(keys, name);
  const check = change.expect("field", key, "v", before ? markOf(before) : "");
  change.do("HSET", key, "v", markOf(after), "j", JSON.stringify(after));
  if (course.nextAt === null) change.do("ZREM", dueSchedulesKey(keys), name);
  else change.do("ZADD", dueSchedulesKey(keys), course.nextAt, name);
  return check;
}

export function removeRecord(change: Change, keys: Keys, before: ScheduleRecord): void {
  const key = scheduleKey(keys, before.name);
  change.expect("field", key, "v", markOf(before));
  change.do("DEL", key);
  change.do("ZREM", schedulesKey(keys), before.name);
  change.do("ZREM", dueSchedulesKey(keys), before.name);
}

/** Whether nobody has changed a schedule since it was read. */
export async function isUnchanged({ client, keys }: Parts, read: ScheduleRecord): Promise<boolean> {
  return (await client.hget(scheduleKey(keys, read.name), "v")) === markOf(read);
}

/** Differs after each change. */
function markOf({ version, step }: ScheduleRecord): string {
  return `${version}.${step}`;
}

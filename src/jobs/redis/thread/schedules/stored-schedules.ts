import type { JobState } from "../../../job.ts";
import { maxSchedules } from "../../../limits.ts";
import { setCourse } from "../../../schedules/due.ts";
import type {
  Condition,
  NewSchedule,
  PutSchedule,
  RemovedSchedule,
  Schedule,
  ScheduleListing,
  SchedulePage,
  WholeSchedule,
} from "../../../schedules/schedule.ts";
import type { Parts } from "../parts.ts";
import { Change, commit } from "../records/commit.ts";
import { readJob } from "../records/job-changes.ts";
import { takeNumbers } from "../records/numbers.ts";
import {
  type ReadSchedule,
  readSchedule,
  removeRecord,
  type ScheduleRecord,
  schedulesKey,
  writeJobOf,
  writeSchedule,
} from "./schedule-record.ts";

/** Others may change the same schedule at the same time: a time is due, or a client puts it. */
const mostTries = 100;

/** @param parts with the connection on which Redis is asked for its disk */
export async function putSchedule(
  parts: Parts,
  schedule: NewSchedule,
  condition: Condition,
): Promise<PutSchedule> {
  const { client, keys } = parts;
  for (let tries = 0; tries < mostTries; tries++) {
    const read = await readSchedule(parts, schedule.name);
    if (!holds(condition, read?.record)) return { kind: "condition-failed" };
    const version = await takeNumbers(parts, "schedule", 1);
    const after = recordOf(schedule, read?.record ?? null, version, parts.clock.now());
    const change = new Change();
    const full = read ? undefined : change.expect("most", schedulesKey(keys), maxSchedules - 1);
    writeSchedule(change, keys, read?.record ?? null, after);
    writeJobOf(change, keys, schedule);
    const { failed } = await commit(client, keys.meta, change);
    if (failed === full) return { kind: "too-many" };
    if (failed !== 0) continue;
    const { job, sent } = schedule;
    const whole = await wholeOf(parts, { record: after, job, sent });
    return { kind: read ? "replaced" : "made", schedule: whole };
  }
  return overtaken(schedule.name);
}

function recordOf(
  { name, rules, job }: NewSchedule,
  before: ScheduleRecord | null,
  version: number,
  now: number,
): ScheduleRecord {
  const course = setCourse(rules, before && { pace: before.rules, course: before.course }, now);
  const none = { lastJob: null, made: 0, skipped: 0, missed: null, createdAt: now };
  const { lastJob, made, skipped, missed, createdAt } = before ?? none;
  return {
    ...{ name, version, step: 0, rules, task: job.task, course },
    ...{ lastJob, made, skipped, missed, createdAt, updatedAt: now, rest: null },
  };
}

/** Its jobs stay. */
export async function removeSchedule(
  parts: Parts,
  name: string,
  condition: Condition,
): Promise<RemovedSchedule> {
  for (let tries = 0; tries < mostTries; tries++) {
    const read = await readSchedule(parts, name);
    if (!holds(condition, read?.record)) return "condition-failed";
    if (!read) return "unknown";
    const change = new Change();
    removeRecord(change, parts.keys, read.record);
    const { failed } = await commit(parts.client, parts.keys.meta, change);
    if (failed === 0) return "removed";
  }
  return overtaken(name);
}

export async function findSchedule(parts: Parts, name: string): Promise<WholeSchedule | null> {
  const read = await readSchedule(parts, name);
  return read && wholeOf(parts, read);
}

export async function listSchedules(
  parts: Parts,
  { limit, after }: ScheduleListing,
): Promise<SchedulePage> {
  const from = after === null ? "-" : `(${after}`;
  const names = await parts.client.zrangebylex(
    ...([schedulesKey(parts.keys), from, "+", "LIMIT", 0, limit + 1] as const),
  );
  const read = await Promise.all(names.slice(0, limit).map((name) => readSchedule(parts, name)));
  const there = read.filter((each) => each !== null);
  const schedules = await Promise.all(there.map(({ record }) => scheduleOf(parts, record)));
  return { schedules, isLast: names.length <= limit };
}

async function wholeOf(parts: Parts, { record, job, sent }: ReadSchedule): Promise<WholeSchedule> {
  return { ...(await scheduleOf(parts, record)), job, sent };
}

async function scheduleOf(parts: Parts, record: ScheduleRecord): Promise<Schedule> {
  const { name, rules, task, course, made, skipped, missed, createdAt, updatedAt } = record;
  const { lastJob: last } = record;
  const lastJob = last && {
    id: parts.ids.idOf(last.seq),
    scheduledFor: last.scheduledFor,
    state: await stateOf(parts, last.seq),
  };
  return {
    ...{ name, version: String(record.version), rules, task, course, lastJob },
    ...{ made, skipped, missed, createdAt, updatedAt },
  };
}

/** @returns null for a job that was removed */
export async function stateOf(parts: Parts, seq: number): Promise<JobState | null> {
  return (await readJob(parts, seq))?.record.state ?? null;
}

function holds({ versions, isNew }: Condition, record: ScheduleRecord | undefined): boolean {
  if (isNew) return record === undefined;
  if (versions === null) return true;
  if (record === undefined) return false;
  return versions === "any" || versions.includes(String(record.version));
}

function overtaken(name: string): never {
  throw new Error(`Schedule ${name} was changed by others each time`);
}

/** The jobs of times that are due. They and the step to the next time are one change. */
import { isFinal } from "../../../job.ts";
import { type NewJob, plainParts } from "../../../new-job.ts";
import type { ScheduleNews } from "../../../schedules/schedule-news.ts";
import { onKeyHeld } from "../../../transitions/uniqueness.ts";
import { nothingBefore } from "../after/prerequisites.ts";
import { takeOver } from "../jobs/unique-conflicts.ts";
import { holderOf } from "../jobs/unique-keys.ts";
import { newRecord, writeNew } from "../jobs/write-new.ts";
import type { Parts } from "../parts.ts";
import { Change, commit } from "../records/commit.ts";
import { changeJob, readJob } from "../records/job-changes.ts";
import { takeNumbers } from "../records/numbers.ts";
import { type DuePlan, planOf } from "./due-plan.ts";
import {
  isUnchanged,
  type ReadSchedule,
  readSchedule,
  type ScheduleRecord,
  writeSchedule,
} from "./schedule-record.ts";
import { stateOf } from "./stored-schedules.ts";

/** Characters of inputs that one change writes, if it makes more than one job. */
const mostInput = 1_000_000;

/** Another host was quicker, or the queue is full. */
const mostTries = 10;

/** What came of a schedule that was due. */
export interface Made {
  /** Null if there is nothing to tell. */
  readonly news: ScheduleNews | null;
}

/** @returns null where nothing was due, or others have done it */
export async function makeDue(parts: Parts, name: string): Promise<Made | null> {
  let room = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < mostTries; tries++) {
    const read = await readSchedule(parts, name);
    const now = parts.clock.now();
    if (!read || read.record.course.nextAt === null || read.record.course.nextAt > now) return null;
    const plan = await planOf(read.record, now, parts.clock);
    if (!plan) return null;
    const { isDone, found } = await makeOnce(parts, read, plan, room);
    if (isDone) return { news: newsOf(name, plan) };
    if (found !== undefined) room = Math.max(0, parts.maxQueued - found);
  }
  return null;
}

function newsOf(name: string, { times, missedSince, fault }: DuePlan): ScheduleNews | null {
  if (missedSince === null && fault === null) return null;
  return { name, missedSince, jobs: times.length, fault };
}

interface Once {
  /** Else it is to be tried again. */
  readonly isDone: boolean;
  /** How many jobs wait, where there was no room. */
  readonly found?: number;
}

const again: Once = { isDone: false };

/** Makes the first jobs of a plan. */
async function makeOnce(
  parts: Parts,
  read: ReadSchedule,
  plan: DuePlan,
  room: number,
): Promise<Once> {
  const { record } = read;
  const job = jobOf(read);
  const most = job.unique ? 1 : Math.max(1, Math.floor(mostInput / Math.max(1, job.input.length)));
  const dealt = plan.times.slice(0, most);
  const isHeldUp = record.rules.overlap === "skip" && (await isUnderWay(parts, record));
  const wanted = isHeldUp ? [] : dealt.slice(0, record.rules.overlap === "skip" ? 1 : room);
  const step = { parts, record, plan, dealt, job };
  if (wanted.length === 0 || room === 0) return makeNew(step, []);
  if (!job.unique) return makeNew(step, wanted);
  const seq = await holderOf(parts, job.task, job.unique.key);
  if (seq === null) return makeNew(step, wanted);
  const holder = await readJob(parts, seq);
  if (!holder?.record.holdsUnique) return again;
  if (onKeyHeld(job.unique, holder.record.state) === "replace") return replaceHolder(step, seq);
  return makeNew(step, []);
}

/** What a schedule cannot have, a job of it has not: a user's task may have forged the schedule. */
function jobOf({ job }: ReadSchedule): NewJob {
  return { ...plainParts, ...job, key: null, body: null, after: [] };
}

async function isUnderWay(parts: Parts, { lastJob }: ScheduleRecord): Promise<boolean> {
  const state = lastJob && (await stateOf(parts, lastJob.seq));
  return state !== null && !isFinal(state);
}

interface Step {
  readonly parts: Parts;
  readonly record: ScheduleRecord;
  readonly plan: DuePlan;
  /** The times of the plan that this step deals with. */
  readonly dealt: readonly number[];
  readonly job: NewJob;
}

/** @param times that get a job; the others of the step are skipped */
async function makeNew(step: Step, times: readonly number[]): Promise<Once> {
  const { parts, record, job } = step;
  const { client, keys, maxQueued } = parts;
  const count = times.length;
  const first = count === 0 ? 0 : await takeNumbers(parts, "seq", count);
  const news = times.map((time, at) =>
    newRecord(parts, marked(step, time), first + at, nothingBefore),
  );
  const change = new Change();
  writeSchedule(change, keys, record, movedOn(step, times, first + count - 1));
  if (count > 0 && job.unique) change.expect("value", keys.unique(job.task, job.unique.key), "");
  const full = count > 0 && change.expect("most", keys.state("queued"), maxQueued - count);
  for (const each of news) writeNew(change, parts, each);
  const { failed, found } = await commit(client, keys.meta, change);
  if (failed !== 0) return failed === full ? { ...again, found } : again;
  parts.tally.submitted += count;
  parts.placing.add(news.map((each) => each.record));
  return { isDone: true };
}

/** The job that holds the unique key takes over what is due. */
async function replaceHolder(step: Step, seq: number): Promise<Once> {
  const { parts, record, dealt } = step;
  const job = marked(step, dealt[0] as number);
  const { unique } = job;
  if (!unique) return again;
  const changed = await changeJob(parts, seq, async (holder) => {
    const isReplaced = onKeyHeld(unique, holder.record.state) === "replace";
    if (!holder.record.holdsUnique || !isReplaced || !(await isUnchanged(parts, record)))
      return null;
    const { progress } = holder;
    const { write, ...decision } = takeOver(parts, holder.record, job, {
      ...{ answer: "replace", progress },
    });
    const writeBoth = (change: Change) => {
      write?.(change);
      writeSchedule(change, parts.keys, record, movedOn(step, dealt, seq));
    };
    return { ...decision, write: writeBoth };
  });
  return changed ? { isDone: true } : again;
}

function marked({ record, job }: Step, scheduledFor: number): NewJob {
  return { ...job, schedule: { name: record.name, scheduledFor } };
}

/**
 * The schedule after a step.
 *
 * @param made the times that have their job
 * @param seq of the job of the last one
 */
function movedOn(
  { parts, record, plan, dealt }: Step,
  made: readonly number[],
  seq: number,
): ScheduleRecord {
  const { course, missed } = record;
  const now = parts.clock.now();
  const left = plan.times.slice(dealt.length);
  const [next] = left;
  const last = made.at(-1);
  const { missedSince: from, nextAt } = plan;
  return {
    ...{ ...record, step: record.step + 1, made: record.made + made.length },
    skipped: record.skipped + dealt.length - made.length,
    lastJob: last === undefined ? record.lastJob : { seq, scheduledFor: last },
    missed: from === null ? missed : { from, until: now, jobs: plan.times.length },
    course: {
      ...course,
      nextAt: next ?? nextAt,
      lastAt: next === undefined ? now : (dealt.at(-1) ?? now),
    },
    rest: next === undefined ? null : { times: left, nextAt },
  };
}

import { findFault } from "../../../jobs/schedules/fault.ts";
import type { Schedule, ScheduleRules, WholeSchedule } from "../../../jobs/schedules/schedule.ts";
import { listNext, timesOf } from "../../../jobs/schedules/times.ts";

/** How many of its next times a schedule shows. */
const shownTimes = 5;

/** A schedule for clients. Times are RFC 3339. */
export function showSchedule(schedule: WholeSchedule) {
  const { rules, course, job, sent } = schedule;
  const { nextAt } = course;
  const fault = findFault(rules);
  const later =
    nextAt === null || fault !== null
      ? []
      : listNext(timesOf(rules, course.anchor), nextAt, shownTimes - 1);
  const input = JSON.parse(job.input) as unknown;
  return { ...show(schedule, { ...(JSON.parse(sent) as object), input }, later), fault };
}

/** A schedule in a list: without its input, and with one time. */
export function showListed(schedule: Schedule) {
  return show(schedule, { task: schedule.task }, []);
}

function show(schedule: Schedule, job: object, later: readonly number[]) {
  const { name, rules, course, lastJob, made, skipped, missed, createdAt, updatedAt } = schedule;
  const next = course.nextAt === null ? [] : [course.nextAt, ...later];
  return {
    name,
    ...showRules(rules),
    job,
    next: next.map(timeOf),
    last: lastJob && {
      scheduledFor: timeOf(lastJob.scheduledFor),
      job: lastJob.id,
      state: lastJob.state,
    },
    made,
    skipped,
    missed: missed && { from: timeOf(missed.from), until: timeOf(missed.until), jobs: missed.jobs },
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
    links: { ...linkSchedule(name), ...(lastJob && { lastJob: `/jobs/${lastJob.id}` }) },
  };
}

function showRules({ cron, everyMs, timeZone, startAt, endAt, ...others }: ScheduleRules) {
  return {
    ...(cron === null ? { everyMs } : { cron, timeZone }),
    startAt: startAt === null ? null : timeOf(startAt),
    endAt: endAt === null ? null : timeOf(endAt),
    ...others,
  };
}

export function linkSchedule(name: string) {
  const self = `/schedules/${name}`;
  return { self, run: `${self}/run` };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

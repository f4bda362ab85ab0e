import type { JobState } from "../../../job.ts";
import { isFinal } from "../../../job.ts";
import { type NewJob, plainParts } from "../../../new-job.ts";
import type { DueTimes } from "../../../schedules/due.ts";
import { findFault } from "../../../schedules/fault.ts";
import type { MissedTimes } from "../../../schedules/schedule.ts";
import { ScheduleNewsList } from "../../../schedules/schedule-news.ts";
import type { Row } from "../jobs/rows.ts";
import { type SubmittedRow, submitJob } from "../jobs/submit.ts";
import type { StoreParts } from "../store-parts.ts";
import { type DuePlan, DuePlans } from "./due-plans.ts";
import { rulesOf, type ScheduleStatements } from "./schedule-rows.ts";

/** After this time other work of the thread has a turn. */
const longestStepMs = 20;

/** A job with so long an input counts as two: what a step has written goes to the disk after it. */
const longInput = 2000;

/** How far a schedule has come in the step that is under way. */
interface CourseOfJobs {
  lastJob: string | null;
  lastJobFor: number | null;
  made: number;
  skipped: number;
}

/** Makes the jobs of schedules that are due. */
export class DueSchedules {
  readonly #sql: ScheduleStatements;
  readonly #stateOf: (id: string) => JobState | null;
  readonly #plans = new DuePlans();
  readonly news = new ScheduleNewsList();
  /** Undefined where it has to be read from the file. */
  #nextAt: number | null | undefined;

  /** @param stateOf null for a job that was removed */
  constructor(sql: ScheduleStatements, stateOf: (id: string) => JobState | null) {
    this.#sql = sql;
    this.#stateOf = stateOf;
  }

  /** When the next schedule is due; undefined if none is. Between two transactions. */
  nextDueAt(): number | undefined {
    if (this.#nextAt === undefined) {
      this.#nextAt = (this.#sql.nextAt.get()?.["next_at"] as number | undefined) ?? null;
    }
    return this.#nextAt ?? undefined;
  }

  /** A schedule was changed in this transaction. */
  changed(): void {
    this.#nextAt = undefined;
  }

  /**
   * Makes jobs of what is due, and moves each schedule to the next time that has none. Belongs in a
   * transaction. One step takes a bounded time; the rest is for the next one. What has become due
   * last goes first: a schedule that catches up makes no other one late.
   *
   * @param limit at most this many jobs, and schedules
   * @returns whether more may be due
   */
  make(parts: StoreParts, limit: number): boolean {
    const { clock } = parts;
    const [now, end] = [clock.now(), clock.steady() + longestStepMs];
    let left = limit;
    const isOver = () => left <= 0 || clock.steady() >= end;
    while (!isOver()) {
      const row = this.#sql.lastDue.get(now);
      if (!row) return false;
      const plan = this.#plans.planOf(row, now, isOver);
      if (!plan) return true;
      this.changed();
      this.#tell(row, plan, now);
      left -= 1;
      const isDone = this.#makeJobsOf(parts, row, plan, ({ input }) => {
        left -= 1 + Math.floor(input.length / longInput);
        return isOver();
      });
      if (isDone) this.#plans.forget(row);
    }
    return true;
  }

  /** Times that were missed, and a schedule that is not due any more, are told once. */
  #tell(row: Row, { times, missedSince, fault }: DuePlan, now: number): void {
    if (missedSince === null && fault === null) return;
    const told = { name: row["name"] as string, missedSince, jobs: times.length };
    this.news.add({ ...told, fault: fault && (findFault(rulesOf(row)) ?? fault) });
    if (missedSince === null || fault !== null) return;
    const missed: MissedTimes = { from: missedSince, until: now, jobs: times.length };
    this.#sql.miss.run(JSON.stringify(missed), row["seq"] as number);
  }

  /**
   * @param isOver is asked after each job
   * @returns whether each time of the plan has been dealt with
   */
  #makeJobsOf(
    parts: StoreParts,
    row: Row,
    { times, nextAt }: DueTimes,
    isOver: (made: NewJob) => boolean,
  ): boolean {
    const rules = rulesOf(row);
    const course: CourseOfJobs = {
      lastJob: row["last_job"] as string | null,
      lastJobFor: row["last_job_for"] as number | null,
      made: row["made"] as number,
      skipped: row["skipped"] as number,
    };
    const job = this.#jobOf(row);
    const name = row["name"] as string;
    let lastAt = parts.clock.now();
    let rest: number | undefined;
    for (const [index, scheduledFor] of times.entries()) {
      const isHeldUp = rules.overlap === "skip" && this.#isUnderWay(course.lastJob);
      const marked = { ...job, schedule: { name, scheduledFor } };
      if (isHeldUp || !submit(parts, marked, course)) course.skipped++;
      if (!isOver(job)) continue;
      rest = times[index + 1];
      if (rest !== undefined) lastAt = scheduledFor;
      break;
    }
    const { lastJob, lastJobFor, made, skipped } = course;
    const seq = row["seq"] as number;
    this.#sql.move.run(rest ?? nextAt, lastAt, lastJob, lastJobFor, made, skipped, seq);
    return rest === undefined;
  }

  #jobOf(row: Row): NewJob {
    const kept = this.#sql.job.get(row["seq"] as number);
    // An earlier version may have put the schedule there, before jobs had all of these parts.
    return { ...plainParts, ...(JSON.parse(kept?.["job"] as string) as NewJob) };
  }

  #isUnderWay(id: string | null): boolean {
    const state = id === null ? null : this.#stateOf(id);
    return state !== null && !isFinal(state);
  }
}

/** @returns whether the time has its job now */
function submit(parts: StoreParts, job: NewJob, course: CourseOfJobs): boolean {
  const id = idOfMade(parts, submitJob(parts, job));
  if (id === null) return false;
  course.lastJob = id;
  course.lastJobFor = job.schedule?.scheduledFor ?? null;
  course.made++;
  return true;
}

/** Null where another job holds the unique key and stays as it is, and where the queue is full. */
function idOfMade({ ids }: StoreParts, submitted: SubmittedRow): string | null {
  if (submitted.kind === "new") return submitted.job.id;
  const isReplaced = submitted.kind === "row" && submitted.conflict === "replaced";
  return isReplaced ? ids.idOf(submitted.seq) : null;
}

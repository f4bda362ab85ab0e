import type { DatabaseSync } from "node:sqlite";
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
import type { Row } from "../jobs/rows.ts";
import type { WallClock } from "../wall-clock.ts";
import { DueSchedules } from "./due-schedules.ts";
import {
  courseOf,
  prepareScheduleStatements,
  rulesOf,
  scheduleOf,
  versionOf,
  withJob,
} from "./schedule-rows.ts";

/** The schedules in the file. `put` and `remove` belong into a transaction. */
export class StoredSchedules {
  readonly due: DueSchedules;
  readonly #clock;
  readonly #sql;
  readonly #stateOf: (id: string) => JobState | null;

  /** @param stateOf null for a job that was removed */
  constructor(db: DatabaseSync, clock: WallClock, stateOf: (id: string) => JobState | null) {
    this.#clock = clock;
    this.#stateOf = stateOf;
    this.#sql = prepareScheduleStatements(db);
    this.due = new DueSchedules(this.#sql, stateOf);
  }

  put(schedule: NewSchedule, condition: Condition): PutSchedule {
    const { name, rules, job, sent } = schedule;
    const row = this.#sql.byName.get(name);
    if (!holds(condition, row)) return { kind: "condition-failed" };
    if (!row && this.#count() >= maxSchedules) return { kind: "too-many" };
    const now = this.#clock.now();
    const before = row ? { pace: rulesOf(row), course: courseOf(row) } : null;
    const { anchor, nextAt } = setCourse(rules, before, now);
    const seq = row
      ? this.#replace(row, [job.task, JSON.stringify(rules), anchor, nextAt, now])
      : this.#insert([name, job.task, JSON.stringify(rules), anchor, nextAt, now, now]);
    this.#sql.setJob.run(seq, JSON.stringify(job), sent);
    this.due.changed();
    return { kind: row ? "replaced" : "made", schedule: this.find(name) as WholeSchedule };
  }

  remove(name: string, condition: Condition): RemovedSchedule {
    const row = this.#sql.byName.get(name);
    if (!holds(condition, row)) return "condition-failed";
    if (!row) return "unknown";
    this.#sql.remove.run(row["seq"] as number);
    this.#sql.removeJob.run(row["seq"] as number);
    this.due.changed();
    return "removed";
  }

  find(name: string): WholeSchedule | null {
    const row = this.#sql.byName.get(name);
    if (!row) return null;
    return withJob(this.#scheduleOf(row), this.#sql.job.get(row["seq"] as number));
  }

  list({ limit, after }: ScheduleListing): SchedulePage {
    const rows = this.#sql.list.all(after ?? "", limit + 1);
    const schedules = rows.slice(0, limit).map((row) => this.#scheduleOf(row));
    return { schedules, isLast: rows.length <= limit };
  }

  #insert(values: readonly (string | number | null)[]): number {
    return Number(this.#sql.insert.run(...values).lastInsertRowid);
  }

  #replace(row: Row, values: readonly (string | number | null)[]): number {
    const seq = row["seq"] as number;
    this.#sql.replace.run(...values, seq);
    return seq;
  }

  #count(): number {
    return this.#sql.count.get()?.["count"] as number;
  }

  #scheduleOf(row: Row): Schedule {
    return scheduleOf(row, this.#stateOf);
  }
}

function holds({ versions, isNew }: Condition, row: Row | undefined): boolean {
  if (isNew) return row === undefined;
  if (versions === null) return true;
  if (row === undefined) return false;
  return versions === "any" || versions.includes(versionOf(row));
}

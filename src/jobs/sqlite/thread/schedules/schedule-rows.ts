import type { DatabaseSync } from "node:sqlite";
import type { JobState } from "../../../job.ts";
import type { NewJob } from "../../../new-job.ts";
import type { Course } from "../../../schedules/due.ts";
import type {
  MissedTimes,
  Schedule,
  ScheduleRules,
  WholeSchedule,
} from "../../../schedules/schedule.ts";
import type { Row } from "../jobs/rows.ts";

export type ScheduleStatements = ReturnType<typeof prepareScheduleStatements>;

/** What is done to the rows of schedules, and read from them. */
export function prepareScheduleStatements(db: DatabaseSync) {
  const columns = `seq, name, revision, task, rules, anchor, next_at, last_at, last_job, last_job_for,
    made, skipped, missed, created_at, updated_at`;
  return {
    byName: db.prepare(`SELECT ${columns} FROM schedule WHERE name = ?`),
    job: db.prepare("SELECT job, sent FROM schedule_job WHERE seq = ?"),
    list: db.prepare(`SELECT ${columns} FROM schedule WHERE name > ? ORDER BY name LIMIT ?`),
    count: db.prepare("SELECT count(*) AS count FROM schedule"),
    insert: db.prepare(
      `INSERT INTO schedule (name, task, rules, anchor, next_at, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    replace: db.prepare(
      `UPDATE schedule SET revision = revision + 1, task = ?, rules = ?, anchor = ?, next_at = ?,
         updated_at = ? WHERE seq = ?`,
    ),
    setJob: db.prepare("INSERT OR REPLACE INTO schedule_job VALUES (?, ?, ?)"),
    remove: db.prepare("DELETE FROM schedule WHERE seq = ?"),
    removeJob: db.prepare("DELETE FROM schedule_job WHERE seq = ?"),
    nextAt: db.prepare(
      "SELECT next_at FROM schedule INDEXED BY schedule_next WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1",
    ),
    lastDue: db.prepare(
      `SELECT ${columns} FROM schedule INDEXED BY schedule_next
       WHERE next_at <= ? ORDER BY next_at DESC LIMIT 1`,
    ),
    miss: db.prepare("UPDATE schedule SET missed = ? WHERE seq = ?"),
    move: db.prepare(
      `UPDATE schedule SET next_at = ?, last_at = ?, last_job = ?, last_job_for = ?, made = ?,
         skipped = ? WHERE seq = ?`,
    ),
  };
}

export function rulesOf(row: Row): ScheduleRules {
  return JSON.parse(row["rules"] as string) as ScheduleRules;
}

export function courseOf(row: Row): Course {
  return {
    anchor: row["anchor"] as number,
    nextAt: row["next_at"] as number | null,
    lastAt: row["last_at"] as number | null,
  };
}

/** Unlike a name, it is never given again. */
export function versionOf(row: Row): string {
  return `${row["seq"]}.${row["revision"]}`;
}

/** @param stateOfJob null for a job that was removed */
export function scheduleOf(row: Row, stateOfJob: (id: string) => JobState | null): Schedule {
  const id = row["last_job"] as string | null;
  const scheduledFor = row["last_job_for"] as number;
  return {
    name: row["name"] as string,
    version: versionOf(row),
    rules: rulesOf(row),
    task: row["task"] as string,
    course: courseOf(row),
    lastJob: id === null ? null : { id, scheduledFor, state: stateOfJob(id) },
    made: row["made"] as number,
    skipped: row["skipped"] as number,
    missed: row["missed"] === null ? null : (JSON.parse(row["missed"] as string) as MissedTimes),
    createdAt: row["created_at"] as number,
    updatedAt: row["updated_at"] as number,
  };
}

export function withJob(schedule: Schedule, row: Row | undefined): WholeSchedule {
  const job = JSON.parse(row?.["job"] as string) as NewJob;
  return { ...schedule, job, sent: row?.["sent"] as string };
}

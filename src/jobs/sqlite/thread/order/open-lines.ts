import type { DatabaseSync } from "node:sqlite";
import type { Pool } from "../../../transitions/order/line.ts";
import { Lines } from "../../../transitions/order/lines.ts";
import type { TaskRules } from "../../../transitions/order/task-rules.ts";
import { placeOf, type Row } from "../jobs/rows.ts";

/** Makes the lines of the jobs that wait in the file, the group with the oldest job first. */
export function openLines(db: DatabaseSync, rules: TaskRules): Lines {
  const limit = db.prepare("SELECT concurrency FROM job_group WHERE grp = ?");
  const lines = new Lines(
    rules,
    (group) => (limit.get(group)?.["concurrency"] ?? null) as number | null,
  );
  for (const row of countRunning(db)) lines.starts(placeOf(row), row["jobs"] as number);
  const waiting = [...countWaiting(db, "open"), ...countWaiting(db, "held")];
  for (const { row, pool } of waiting.sort((one, other) => one.oldest - other.oldest)) {
    lines.waits(placeOf(row), pool, row["jobs"] as number);
  }
  lines.commit();
  return lines;
}

function countRunning(db: DatabaseSync): Row[] {
  return db
    .prepare(
      `SELECT grp, task, 0 AS priority, count(*) AS jobs FROM job INDEXED BY job_state
       WHERE state = 2 GROUP BY grp, task`,
    )
    .all();
}

const indexOf = { open: "job_ready WHERE state = 1", held: "job_held WHERE state = 6" } as const;

/** One pass over an index that has all of it. */
function countWaiting(db: DatabaseSync, pool: Pool) {
  const rows = db
    .prepare(
      `SELECT priority, grp, task, count(*) AS jobs, min(seq) AS oldest
       FROM job INDEXED BY ${indexOf[pool]} GROUP BY priority, grp, task`,
    )
    .all();
  return rows.map((row) => ({ row, pool, oldest: row["oldest"] as number }));
}

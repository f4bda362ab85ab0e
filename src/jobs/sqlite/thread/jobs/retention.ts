import type { ChangeParts } from "../store-parts.ts";
import { removeJob } from "./job-changes.ts";

/** About the longest time of one step, without its commit. Everybody who submits waits for it. */
const stepMs = 10;

/** How many jobs are looked up for one step. */
const stepLimit = 500;

/**
 * Removes what ended before a time, each job with its parts; as much as one step may. A result of
 * 1 MB takes as long as some hundred small jobs, so that a step is bounded by time as well.
 *
 * @returns whether more may be left
 */
export function purgeJobs(parts: ChangeParts, before: number): boolean {
  const { sql, clock } = parts;
  const until = clock.steady() + stepMs;
  const rows = sql.outlived.all(before, stepLimit);
  for (const { seq } of rows) {
    removeJob(parts, seq as number);
    if (clock.steady() > until) return true;
  }
  return rows.length === stepLimit;
}

import type { DatabaseSync } from "node:sqlite";
import type { JobGroup } from "../../../new-job.ts";
import type { Lines } from "../../../transitions/order/lines.ts";

/** The groups of all jobs in the file, and how many of their jobs may run at once. */
export class Groups {
  readonly #lines: Lines;
  readonly #join;

  constructor(db: DatabaseSync, lines: Lines) {
    this.#lines = lines;
    this.#join = db.prepare(
      `INSERT INTO job_group VALUES (?, 1, ?) ON CONFLICT DO UPDATE
       SET jobs = jobs + 1, concurrency = coalesce(excluded.concurrency, concurrency)`,
    );
  }

  /**
   * A group has one job more. If that names no limit, the one before stays. Where a job leaves its
   * group for this one, call it before that: triggers of the schema forget a group without jobs.
   */
  join({ key, concurrency }: JobGroup): void {
    this.#join.run(key, concurrency);
    if (concurrency !== null) this.#lines.setLimit(key, concurrency);
  }
}

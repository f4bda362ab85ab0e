import type { DatabaseSync } from "node:sqlite";
import type { NewJob } from "../../../new-job.ts";
import {
  endBits,
  endsOf,
  extrasOf,
  foundBy,
  placeOf,
  type Row,
  type StateCode,
  stateCodes,
} from "../jobs/rows.ts";
import type { StoreParts } from "../store-parts.ts";

const { blocked, delayed, ready } = stateCodes;

/**
 * What stays when the job is replaced: what its end touches for the sake of others, and that it may
 * have deliveries of an end before it was retried.
 */
const kept = endBits.dependants | endBits.batch | endBits.webhook;

/** Jobs that wait become what was submitted in their place. Belongs in a transaction. */
export class Replacing {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      place: db.prepare("SELECT priority, grp, task FROM job WHERE seq = ?"),
      job: db.prepare(
        `UPDATE job SET state = ?, priority = ?, max_attempts = ?, timeout_ms = ?, backoff_ms = ?,
           run_at = ?, start_before = ?, grp = ?, traceparent = ?, extras = ?,
           ends = (ends & ${kept}) | ?, attempts = 0, losses = 0, pause_ms = 0,
           error_type = NULL, error_detail = NULL, version = version + 1 WHERE seq = ?`,
      ),
      input: db.prepare("UPDATE input SET input = ?, body = ? WHERE seq = ?"),
      removeTags: db.prepare("DELETE FROM tag WHERE seq = ?"),
    };
  }

  /**
   * The job keeps its id, its age and what it waits for, and its attempts begin again.
   *
   * @param code its state as the file has it
   */
  replace(parts: StoreParts, seq: number, code: StateCode, job: NewJob): void {
    const { sql, clock, tally, watched, groups, checkpoints, expiry } = parts;
    const at = clock.now();
    const runAt = Math.max(at, job.runAt ?? at);
    const due = runAt > at ? delayed : ready;
    const state = code === blocked ? blocked : due;
    const { task, priority, maxAttempts, timeoutMs, backoffMs, traceparent, startBefore } = job;
    const group = job.group?.key ?? null;
    const before = placeOf(this.#sql.place.get(seq) as Row);
    const values = [
      state,
      priority,
      maxAttempts,
      timeoutMs,
      backoffMs,
      runAt,
      startBefore,
    ] as const;
    if (job.group) groups.join(job.group);
    this.#sql.job.run(...values, group, traceparent, extrasOf(job), endsOf(job), seq);
    this.#sql.input.run(job.input, job.body, seq);
    this.#sql.removeTags.run(seq);
    for (const tag of foundBy(job)) sql.insertTag.run(tag, seq);
    checkpoints.drop(seq);
    if (startBefore !== null) expiry.noted();
    // It leaves the line of its old place, and goes to that of the new one.
    tally.moved(before, code, delayed);
    tally.moved({ priority, group, task }, delayed, state);
    watched.changed(seq);
  }
}

import { finishJob } from "../jobs/job-changes.ts";
import type { StateCode } from "../jobs/rows.ts";
import type { Statements } from "../jobs/statements.ts";
import type { ChangeParts } from "../store-parts.ts";

/** The waiting jobs that have a time before which they must start (startBefore). */
export class Expiry {
  readonly #sql: Statements;
  /** Whether there may be any. */
  #mayBeAny = true;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  get mayBeAny(): boolean {
    return this.#mayBeAny;
  }

  /** A job with such a time waits from now on: it is new, or waits again. */
  noted(): void {
    this.#mayBeAny = true;
  }

  /** When the time of the next one is over; undefined where there is none. Between two transactions. */
  nextAt(): number | undefined {
    if (!this.#mayBeAny) return undefined;
    const next = this.#sql.nextExpiry.get()?.["start_before"] as number | undefined;
    this.#mayBeAny = next !== undefined;
    return next;
  }
}

/** Ends those whose time is over, at most so many; belongs into a transaction. */
export function expireJobs(parts: ChangeParts, limit: number): void {
  const { sql, clock, expiry } = parts;
  if (!expiry.mayBeAny) return;
  for (const row of sql.overdue.all(clock.now(), limit)) {
    finishJob(parts, row["seq"] as number, { to: "expired" }, row["state"] as StateCode);
  }
}

import { expect } from "vitest";
import type { ClaimedJob, StoreCommand } from "../../../../../src/jobs/messages/commands.ts";
import { openDatabase } from "../../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../../../../src/jobs/sqlite/thread/store.ts";
import { WallClock } from "../../../../../src/jobs/sqlite/thread/wall-clock.ts";
import type { QueueStats } from "../../../../../src/jobs/stats.ts";

const limits = { limited: 2 };

/** The store on a real file, with a clock that the test moves, and a disk that can be full. */
export class Subject {
  now = 1_000_000;
  readonly claimed: ClaimedJob[] = [];
  readonly ids: string[] = [];
  readonly batches: string[] = [];
  readonly #path: string;
  db!: ReturnType<typeof openDatabase>;
  store!: Store;

  constructor(path: string) {
    this.#path = path;
    this.open();
  }

  open(): void {
    this.db = openDatabase(this.#path);
    this.db.exec(`PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;
      CREATE TEMP TABLE nobody (id INTEGER PRIMARY KEY);
      CREATE TEMP TABLE orphan (id REFERENCES nobody DEFERRABLE INITIALLY DEFERRED)`);
    this.store = this.#store();
    this.carryOut([{ name: "set-limits", args: { limits } }]);
  }

  /** From now on, a commit fails that changes a job. SQLite looks at foreign keys only then. */
  breakCommits(): void {
    for (const event of ["INSERT", "UPDATE", "DELETE"])
      this.db.exec(`CREATE TEMP TRIGGER on_${event} AFTER ${event} ON main.job
        BEGIN INSERT INTO orphan VALUES (1); END`);
  }

  mendCommits(): void {
    for (const event of ["INSERT", "UPDATE", "DELETE"])
      this.db.exec(`DROP TRIGGER temp.on_${event}`);
  }

  #store(): Store {
    const now = () => this.now;
    const clock = new WallClock(now, now);
    return new Store({ db: this.db, retentionMs: 10_000, clock, random: () => 0.5 });
  }

  /** All in one group of commands. @returns the answers; undefined for a refusal */
  carryOut(commands: readonly StoreCommand[]): unknown[] {
    const asked = commands.map((command, call) => ({ call, ...command }));
    return this.store.carryOut(asked).map((reply) => ("value" in reply ? reply.value : undefined));
  }

  /** Whether memory and file agree, and no promise is broken. */
  check(): void {
    const states = statesOf(this.store);
    const fresh = this.#store();
    const [answer] = [{ call: 0, name: "set-limits", args: { limits } } as const];
    fresh.carryOut([answer]);
    expect([this.store.ready, this.store.quarantined]).toEqual([fresh.ready, fresh.quarantined]);
    expect(states).toEqual(statesOf(fresh));
    const count = (sql: string) => Number(this.db.prepare(sql).get()?.["n"]);
    expect(
      count("SELECT count(*) AS n FROM job WHERE state = 2 AND task = 'limited'"),
    ).toBeLessThanOrEqual(limits.limited);
    // Each key is held by a job that has not ended, and says so.
    expect(
      count(`SELECT count(*) AS n FROM unique_key LEFT JOIN job USING (seq)
        WHERE job.seq IS NULL OR finished_at IS NOT NULL OR ends & 8 = 0
          OR json_extract(extras, '$.unique.key') != name`),
    ).toBe(0);
    // A job waits for what has not ended, or is not told yet.
    expect(
      count(`SELECT count(*) AS n FROM job WHERE state = 7 AND (blockers = 0 OR blockers !=
        (SELECT count(*) FROM dependency WHERE dependency.seq = job.seq))`),
    ).toBe(0);
    // A batch counts its ends. It has ended if all its jobs had, and once.
    expect(
      count(`SELECT count(*) AS n FROM batch WHERE succeeded + failed + cancelled + expired !=
          total - kept + (SELECT count(*) FROM job WHERE batch = batch.seq AND finished_at NOT NULL)
        OR (finished_at IS NULL AND succeeded + failed + cancelled + expired >= total)
        OR (SELECT count(*) FROM delivery WHERE batch = batch.seq) != (finished_at NOT NULL)`),
    ).toBe(0);
    // A group, with its limit, is kept as long as it has a job.
    const inGroups = "SELECT grp, count(*) AS jobs FROM job WHERE grp IS NOT NULL GROUP BY grp";
    const kept = this.db.prepare("SELECT grp, jobs FROM job_group ORDER BY grp").all();
    expect(kept).toEqual(this.db.prepare(inGroups).all());
  }
}

const statsCall = 1_000_000;

/** An end that could not be written before may be answered with it. */
function statesOf(store: Store): QueueStats["states"] {
  const answers = store.carryOut([{ call: statsCall, name: "stats", args: {} }]);
  const answer = answers.find((each) => each.answer === statsCall);
  if (!answer || !("value" in answer)) throw new Error(JSON.stringify(answers));
  return (answer.value as QueueStats).states;
}

import type { DatabaseSync } from "node:sqlite";
import { Ids } from "./ids.ts";
import { countsOf, Reader } from "./reader.ts";
import { secretOf } from "./schema.ts";
import { prepareStatements, type Statements } from "./statements.ts";
import { Tally } from "./tally.ts";
import { WaitingJobs } from "./waiting-jobs.ts";
import type { WallClock } from "./wall-clock.ts";
import { WatchedJobs } from "./watched-jobs.ts";

export interface FileOptions {
  readonly db: DatabaseSync;
  readonly clock: WallClock;
  /** From 0 to below 1, for the pauses before further attempts. */
  readonly random: () => number;
}

/** What a change to the file works with. */
export interface ChangeParts {
  readonly sql: Statements;
  readonly ids: Ids;
  readonly tally: Tally;
  readonly watched: WatchedJobs;
  readonly clock: WallClock;
  readonly random: () => number;
}

/** What commands work with. */
export interface StoreParts extends ChangeParts {
  readonly reader: Reader;
  readonly waiting: WaitingJobs;
}

export function makeParts({ db, clock, random }: FileOptions): StoreParts {
  const sql = prepareStatements(db);
  const ids = new Ids(secretOf(db));
  const tally = new Tally(countsOf(db));
  const changes = { sql, ids, tally, watched: new WatchedJobs(), clock, random };
  const reader = new Reader(db, ids, tally, () => clock.now());
  return { ...changes, reader, waiting: new WaitingJobs(changes) };
}

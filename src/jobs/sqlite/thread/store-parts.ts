import type { DatabaseSync } from "node:sqlite";
import { QueueBound } from "../../figures/queue-bound.ts";
import { Ids } from "../../ids/ids.ts";
import type { Lines } from "../../transitions/order/lines.ts";
import { TaskRules } from "../../transitions/order/task-rules.ts";
import { Dependencies } from "./after/dependencies.ts";
import { BatchRows } from "./batches/batches.ts";
import { Stops } from "./batches/stops.ts";
import { type ByHandStatements, prepareByHand } from "./by-hand/by-hand.ts";
import { ClockShift } from "./clock-shift.ts";
import { Checkpoints } from "./jobs/checkpoints.ts";
import { Claims } from "./jobs/claims.ts";
import { CreationTimes } from "./jobs/creation-times.ts";
import { History } from "./jobs/history.ts";
import { countsOf, Reader } from "./jobs/reader.ts";
import { prepareStatements, type Statements } from "./jobs/statements.ts";
import { Tally } from "./jobs/tally.ts";
import { WaitingJobs } from "./jobs/waiting-jobs.ts";
import { WatchedJobs } from "./jobs/watched-jobs.ts";
import { Expiry } from "./order/expiry.ts";
import { Groups } from "./order/groups.ts";
import { openLines } from "./order/open-lines.ts";
import { Pauses } from "./order/pauses.ts";
import { Replacing } from "./order/replace-job.ts";
import { UniqueKeys } from "./order/unique-keys.ts";
import { StoredSchedules } from "./schedules/stored-schedules.ts";
import { secretOf } from "./schema/schema.ts";
import type { WallClock } from "./wall-clock.ts";
import { DeliveryTable } from "./webhooks/deliveries.ts";

export interface FileOptions {
  readonly db: DatabaseSync;
  readonly clock: WallClock;
  /** From 0 to below 1, for the pauses before further attempts. */
  readonly random: () => number;
  /** How many jobs may wait. No limit if left out. */
  readonly maxQueued?: number;
}

/** What a change to the file works with. */
export interface ChangeParts {
  readonly sql: Statements;
  readonly byHand: ByHandStatements;
  readonly ids: Ids;
  readonly tally: Tally;
  readonly lines: Lines;
  readonly groups: Groups;
  readonly watched: WatchedJobs;
  readonly watchedBatches: WatchedJobs;
  readonly stops: Stops;
  readonly dependencies: Dependencies;
  readonly batches: BatchRows;
  readonly history: History;
  readonly checkpoints: Checkpoints;
  readonly deliveries: DeliveryTable;
  readonly uniqueKeys: UniqueKeys;
  readonly expiry: Expiry;
  readonly pauseShift: ClockShift;
  readonly clock: WallClock;
  readonly random: () => number;
}

/** What commands work with. */
export interface StoreParts extends ChangeParts {
  readonly reader: Reader;
  readonly waiting: WaitingJobs;
  readonly times: CreationTimes;
  readonly claims: Claims;
  readonly bound: QueueBound;
  readonly replacing: Replacing;
  /** What holds for tasks at the moment. It decides which of the jobs that wait may start. */
  readonly rules: TaskRules;
  readonly pauses: Pauses;
  readonly schedules: StoredSchedules;
}

export function makeParts({ db, clock, random, maxQueued = Infinity }: FileOptions): StoreParts {
  const sql = prepareStatements(db);
  const ids = new Ids(secretOf(db));
  const rules = new TaskRules();
  const lines = openLines(db, rules);
  const tally = new Tally(countsOf(db), lines);
  const changes = {
    ...{ sql, ids, tally, lines, clock, random, watched: new WatchedJobs() },
    ...{ watchedBatches: new WatchedJobs(), stops: new Stops(), batches: new BatchRows(db, ids) },
    ...{ groups: new Groups(db, lines), dependencies: new Dependencies(db) },
    ...{ history: new History(db), checkpoints: new Checkpoints(db) },
    uniqueKeys: new UniqueKeys(db),
    expiry: new Expiry(sql),
    pauseShift: new ClockShift({ next: sql.pausing, move: sql.shiftPause }),
    deliveries: new DeliveryTable(db, clock, random),
    byHand: prepareByHand(db),
  };
  const times = new CreationTimes(db);
  const pauses = new Pauses(db, rules);
  const reader = new Reader({ db, ids, tally, times, pauses, now: () => clock.now() });
  return {
    ...changes,
    ...{ reader, times, rules, pauses },
    schedules: new StoredSchedules(db, clock, (id) => reader.stateOf(id)),
    waiting: new WaitingJobs(changes),
    claims: new Claims(changes),
    bound: new QueueBound(maxQueued, tally, () => clock.steady()),
    replacing: new Replacing(db),
  };
}

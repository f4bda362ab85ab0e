import type { JobState } from "../../../job.ts";
import type { Pool } from "./record.ts";

/**
 * The names of all keys of one queue. They share a hash tag, so that a Redis Cluster has them in one
 * slot, where a script may change them together. Members of sorted sets are numbers of jobs (`seq`).
 */
export class Keys {
  /** Also the prefix of BullMQ's keys. */
  readonly tag: string;

  /** @param name of the queue, without braces */
  constructor(name: string) {
    this.tag = `{${name}}`;
  }

  /** Hash: version, secret, and the last numbers (numbers.ts). */
  get meta(): string {
    return this.#of("meta");
  }

  /** Hash: the job's record (`v`, `j`) and ticket (`t`), its end that others wait for (`d`), and its texts and bytes. */
  job(seq: number): string {
    return this.#of(`job:${seq}`);
  }

  /** List: the attempts that have ended, as JSON. */
  attempts(seq: number): string {
    return this.#of(`attempts:${seq}`);
  }

  state(state: JobState): string {
    return this.#of(`state:${state}`);
  }

  /** Sorted set: the jobs that are found by this, by number. */
  found(by: "task" | "tag" | "group" | "batch" | "schedule", value: string): string {
    return this.#of(`by:${by}:${value}`);
  }

  /** Sorted set: jobs that may be claimed, by the time from when. */
  due(pool: Pool): string {
    return this.#of(`due:${pool}`);
  }

  /** Sorted set: those of a priority and a group whose time has come, by number. Null: no group. */
  waiting(pool: Pool, priority: number, group: string | null): string {
    return this.#of(`waiting:${pool}:${priority}:${group ?? ""}`);
  }

  /** Sorted set: the groups of which jobs wait, by their turn (tickets/turns.ts). */
  turns(pool: Pool, priority: number): string {
    return this.#of(`turns:${pool}:${priority}`);
  }

  /** Sorted set: the others, by their time, until a turn is looked for after that. */
  planned(pool: Pool, priority: number, of: "groups" | "alone"): string {
    return this.#of(`planned:${pool}:${priority}:${of}`);
  }

  /** Sorted set: groups by when they were served last, as a number among those of jobs. */
  get served(): string {
    return this.#of("served");
  }

  /** Hash: the job of each ticket that is named after another one (ticket-owners.ts). */
  get owners(): string {
    return this.#of("owners");
  }

  /** Sorted set: jobs that wait until their line has room, in their order. */
  parked(line: string): string {
    return this.#of(`parked:${line}`);
  }

  /** Set: the lines in which jobs are parked. */
  get lines(): string {
    return this.#of("lines");
  }

  /** Sorted set: the running jobs of a line. */
  running(line: string): string {
    return this.#of(`running:${line}`);
  }

  /** Sorted set: the running jobs of all groups. */
  get runningInGroups(): string {
    return this.#of("running-in-groups");
  }

  /** Hash: a batch (batches/batch-record.ts). */
  batch(seq: number): string {
    return this.#of(`batch:${seq}`);
  }

  /** Sorted set: the batches that count, by number. */
  get batches(): string {
    return this.#of("batches");
  }

  /** The number of the batch of an Idempotency-Key. */
  batchKey(name: string): string {
    return this.#of(`batch-key:${name}`);
  }

  /** Sorted set: the running jobs of a batch. */
  runningOfBatch(seq: number): string {
    return this.#of(`batch-running:${seq}`);
  }

  /** Sorted set: batches that are not written to their end, by the time of their last step. */
  get unwrittenBatches(): string {
    return this.#of("batches-unwritten");
  }

  /** Sorted set: batches whose counts have changed, and may mean their end, by the time since when. */
  get countedBatches(): string {
    return this.#of("batches-counted");
  }

  /** Sorted set: batches that are being cancelled, by the place of the first job that is left. */
  get cancellingBatches(): string {
    return this.#of("batches-cancelling");
  }

  /** Channel: this batch has changed. */
  changedBatch(seq: number): string {
    return this.#of(`changed-batch:${seq}`);
  }

  /** Hash: how many jobs of a group may run at once, by its key. */
  get groupLimits(): string {
    return this.#of("group-limits");
  }

  /** Sorted set: running jobs that are to be cancelled, by number. */
  get stopping(): string {
    return this.#of("stopping");
  }

  /** Sorted set: jobs that have ended, by the time of that. */
  get ended(): string {
    return this.#of("ended");
  }

  /** Sorted set: jobs that must start before a time, by that time. */
  get expiring(): string {
    return this.#of("expiring");
  }

  /** Sorted set: tickets that may not be there yet, by the time since when. */
  get unplaced(): string {
    return this.#of("unplaced");
  }

  /** Sorted set: the jobs that wait for this end (after/ends.ts), by number. */
  dependants(end: string): string {
    return this.#of(`dependants:${end}`);
  }

  /** Sorted set: ends whose dependants are not all told, by the time since when. */
  get untold(): string {
    return this.#of("untold");
  }

  /** JSON: the job of an Idempotency-Key, and its fingerprints. */
  idempotency(name: string): string {
    return this.#of(`key:${name}`);
  }

  /** The job that holds a unique key of a task. */
  unique(task: string, key: string): string {
    return this.#of(`unique:${task} ${key}`);
  }

  /** Set: the tasks that are paused; the empty name is all. */
  get paused(): string {
    return this.#of("paused");
  }

  /** Channel: this job has changed. */
  changed(seq: number): string {
    return this.#of(`changed:${seq}`);
  }

  /** Channel for all hosts: news.ts. */
  get news(): string {
    return this.#of("news");
  }

  /** For what a feature keeps under a name of its own. */
  of(name: string): string {
    return this.#of(name);
  }

  #of(name: string): string {
    return `${this.tag}:${name}`;
  }
}

import type { Paused } from "../../../control.ts";
import { Buckets } from "../../../figures/buckets.ts";
import { EndCounts } from "../../../figures/end-counts.ts";
import { isFinal, type JobState, jobStates } from "../../../job.ts";
import type { QueueStats } from "../../../stats.ts";
import type { Place, Pool } from "../../../transitions/order/line.ts";
import type { Lines } from "../../../transitions/order/lines.ts";
import { type StateCode, stateCodes, stateOf } from "./rows.ts";

const { ready, quarantined, running } = stateCodes;

const pools: Readonly<Partial<Record<number, Pool>>> = { [ready]: "open", [quarantined]: "held" };

/**
 * The figures of the queue. What a transaction changes counts when that is committed. Every change of
 * a job's state goes through here, and on to the lines (lines.ts), where it counts at once.
 */
export class Tally {
  readonly #lines: Lines;
  #counts: number[];
  #changes: (() => void)[] = [];
  #submitted = 0;
  #retried = 0;
  readonly #ended = new EndCounts();
  #ends = 0;
  /** Jobs that wait; and how the transaction that is open changes their number. */
  #queued: number;
  #queuedChange = 0;
  readonly #wait = new Buckets();
  readonly #run = new Buckets();
  /** Runs under way, by the row of their job. */
  readonly #startedAt = new Map<number, number>();

  /** @param counts how many jobs the file has by state code */
  constructor(counts: ReadonlyMap<number, number>, lines: Lines) {
    this.#lines = lines;
    this.#counts = Object.values(stateCodes).map((code) => counts.get(code) ?? 0);
    this.#queued = this.#counts.reduce((sum, count, code) => sum + (isQueued(code) ? count : 0), 0);
  }

  /** How many jobs wait, with those of the transaction that is open. */
  get queued(): number {
    return this.#queued + this.#queuedChange;
  }

  /** How many jobs have ended since the start. */
  get ends(): number {
    return this.#ends;
  }

  count(code: StateCode): number {
    return this.#counts[code] ?? 0;
  }

  submitted(place: Place, to: StateCode): void {
    this.#enter(place, to);
    if (isQueued(to)) this.#queuedChange++;
    this.#changes.push(() => {
      this.#submitted++;
      this.#add(to, 1);
      this.#countEnd(place, to);
    });
  }

  moved(place: Place, from: number, to: number): void {
    this.#leave(place, from);
    this.#enter(place, to);
    this.#queuedChange += Number(isQueued(to)) - Number(isQueued(from));
    this.#changes.push(() => {
      this.#add(from, -1);
      this.#add(to, 1);
      this.#countEnd(place, to);
    });
  }

  /** A job that had ended was removed. */
  removed(from: number): void {
    this.#changes.push(() => this.#add(from, -1));
  }

  retried(): void {
    this.#changes.push(() => this.#retried++);
  }

  waited(ms: number): void {
    this.#changes.push(() => this.#wait.add(ms));
  }

  /** @param at steady time */
  started(seq: number, at: number): void {
    this.#changes.push(() => this.#startedAt.set(seq, at));
  }

  /** @param at steady time; null for a run that is not to be counted */
  ended(seq: number, at: number | null): void {
    this.#changes.push(() => {
      const startedAt = this.#startedAt.get(seq);
      this.#startedAt.delete(seq);
      if (at !== null && startedAt !== undefined) this.#run.add(at - startedAt);
    });
  }

  commit(): void {
    for (const change of this.#changes) change();
    this.#changes = [];
    this.#queued += this.#queuedChange;
    this.#queuedChange = 0;
    this.#lines.commit();
  }

  rollBack(): void {
    this.#changes = [];
    this.#queuedChange = 0;
    this.#lines.rollBack();
  }

  stats(oldestWaitingMs: number | null, paused: Paused): Omit<QueueStats, "queuedLimit"> {
    const states = Object.fromEntries(jobStates.map((state) => [state, 0]));
    this.#counts.forEach((count, code) => {
      states[stateOf(code)] = (states[stateOf(code)] ?? 0) + count;
    });
    return {
      states: states as Record<JobState, number>,
      oldestWaitingMs,
      paused,
      submitted: this.#submitted,
      retried: this.#retried,
      ended: this.#ended.read(),
      waitMs: this.#wait.histogram(),
      runMs: this.#run.histogram(),
    };
  }

  #countEnd({ task }: Place, to: number): void {
    const state = stateOf(to);
    if (!isFinal(state)) return;
    this.#ends++;
    this.#ended.add(task, state);
  }

  #enter(place: Place, code: number): void {
    const pool = pools[code];
    if (pool) this.#lines.waits(place, pool);
    if (code === running) this.#lines.starts(place);
  }

  #leave(place: Place, code: number): void {
    const pool = pools[code];
    if (pool) this.#lines.leaves(place, pool);
    if (code === running) this.#lines.ends(place);
  }

  #add(code: number, change: number): void {
    this.#counts[code] = (this.#counts[code] ?? 0) + change;
  }
}

function isQueued(code: number): boolean {
  return stateOf(code) === "queued";
}

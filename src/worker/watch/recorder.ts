import type { Clock } from "../../clock.ts";
import type { RunEnded, RunOnSlot, RunStarted, ThreadEnded } from "../../telemetry/events.ts";
import type { SeenThreadEnd } from "../../telemetry/watch/contract.ts";
import type { SeenGroup, SeenRun } from "../../telemetry/watch/seen.ts";
import { Rows } from "./rows.ts";
import { Window } from "./window.ts";

/** What a watcher is told at once. */
export interface SeenNote {
  readonly runs: readonly SeenRun[];
  readonly groups: readonly SeenGroup[];
  readonly threadEnds: readonly SeenThreadEnd[];
}

export interface RecorderOptions {
  readonly clock: Clock;
  /** Ms since 1970. */
  readonly wall: () => number;
  readonly tell: (note: SeenNote) => void;
}

/** A note costs about 0.1 ms: over time one each 100 ms is sent, and at most ten sooner. */
const perNoteMs = 100;
const mostSaved = 10;

/** A run that is likely to hold the event loop for this long is told before it does, in any case. */
const longHoldMs = 100;

/** The system's clock has been set if it is so far off. */
const stepMs = 50;

interface OpenRun {
  readonly seen: SeenRun;
  isTold: boolean;
}

/** Collects the runs of this worker for those who watch. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #open = new Map<RunOnSlot, OpenRun>();
  readonly #rows = new Rows();
  /** How long the last run of each task took. */
  readonly #lastMs = new Map<string, number>();
  #window = new Window();
  #lastRun: number;
  /** Notes that may be sent now. */
  #saved = mostSaved;
  #savedAt: number;
  /** Ms since 1970 at 0 on the clock: times within a note then have no steps of 1 ms. */
  #epoch: number;
  #callOff: (() => void) | undefined;

  /** @param lastRun the number of the last run that was recorded in this life */
  constructor(options: RecorderOptions, lastRun: number) {
    this.#options = options;
    this.#lastRun = lastRun;
    this.#savedAt = options.clock.now();
    this.#epoch = options.wall() - this.#savedAt;
  }

  get lastRun(): number {
    return this.#lastRun;
  }

  started(run: RunStarted): void {
    const startedAt = this.#now();
    const { queuedMs } = run;
    this.#open.set(run.run, { seen: this.#begin(run, startedAt, queuedMs), isTold: false });
    const expectedMs = this.#lastMs.get(run.task) ?? Number.POSITIVE_INFINITY;
    const mustTell = expectedMs >= longHoldMs || this.#countSaved() >= 1;
    if (run.sharesLoop && mustTell) this.flush();
    else this.#flushSoon();
  }

  /** A run that had started before anybody watched is told at its end. */
  ended(ended: RunEnded): void {
    const { run, task, ranMs, queuedMs, thread, cpuMs, outcome } = ended;
    const open = this.#open.get(run);
    if (ranMs === null && !open) return;
    const tookMs = ranMs ?? 0;
    const seen = open?.seen ?? this.#begin(ended, this.#now() - tookMs, queuedMs);
    this.#open.delete(run);
    this.#rows.giveBack(seen.row);
    this.#lastMs.set(task, tookMs);
    const endedAt = seen.startedAt + tookMs;
    this.#window.add({ ...seen, thread, endedAt, cpuMs, outcome }, open?.isTold ?? false);
    if (this.#window.isFull) this.flush();
    else this.#flushSoon();
  }

  threadEnded({ reason }: ThreadEnded): void {
    this.#window.addThreadEnd({ at: Math.round(this.#now()), reason });
    this.#flushSoon();
  }

  /** Tells what there is, at once. */
  flush(): void {
    this.#callOffFlush();
    const untold = [...this.#open.values()].filter(({ isTold }) => !isTold);
    const window = this.#window;
    if (window.isEmpty && untold.length === 0) return;
    this.#saved = Math.max(0, this.#countSaved() - 1);
    this.#window = new Window();
    for (const open of untold) open.isTold = true;
    this.#options.tell({
      runs: [...window.runs, ...untold.map(({ seen }) => seen)].map(rounded),
      groups: window.groups.map(rounded),
      threadEnds: window.threadEnds,
    });
    this.#followClock();
  }

  /** Nobody watches any more. */
  stop(): void {
    this.#callOffFlush();
  }

  #begin(run: RunStarted | RunEnded, startedAt: number, queuedMs: number): SeenRun {
    const { task, lane, executor, isBorrowed } = run;
    const { job = null, attempt = null } = run.run;
    return {
      ...{ run: ++this.#lastRun, row: this.#rows.take(), thread: null },
      ...{ task, lane, executor, job, attempt, isBorrowed },
      ...{ acceptedAt: startedAt - queuedMs, startedAt },
      ...{ endedAt: null, cpuMs: null, outcome: null },
    };
  }

  /** On the event loop the start of a run tells better than a timer: it gets half a note's time more. */
  #flushSoon(): void {
    const delayMs = Math.max(0, (1.5 - this.#countSaved()) * perNoteMs);
    this.#callOff ??= this.#options.clock.after(delayMs, () => {
      this.#callOff = undefined;
      this.flush();
    });
  }

  #callOffFlush(): void {
    this.#callOff?.();
    this.#callOff = undefined;
  }

  #countSaved(): number {
    const now = this.#options.clock.now();
    this.#saved = Math.min(mostSaved, this.#saved + (now - this.#savedAt) / perNoteMs);
    this.#savedAt = now;
    return this.#saved;
  }

  #now(): number {
    return this.#epoch + this.#options.clock.now();
  }

  #followClock(): void {
    const epoch = this.#options.wall() - this.#options.clock.now();
    if (Math.abs(epoch - this.#epoch) > stepMs) this.#epoch = epoch;
  }
}

/** The numbers without what is smaller than 10 us: nobody sees it, and it doubles the text. */
function rounded<Seen extends object>(seen: Seen): Seen {
  const entries = Object.entries(seen).map(([name, value]) => [
    name,
    typeof value === "number" ? Math.round(value * 100) / 100 : value,
  ]);
  return Object.fromEntries(entries) as Seen;
}

import type { Readable } from "node:stream";
import { type Clock, systemClock, waitAtMost } from "../../../clock.ts";
import { AppError } from "../../../errors.ts";
import { retryLine, writeEvent } from "../../../http/server-sent.ts";
import type { ServerFigures } from "../../../telemetry/figures/figures.ts";
import { loggedError } from "../../../telemetry/logged-error.ts";
import type {
  SeenFigures,
  SeenItem,
  SeenMark,
  SeenRunsOf,
  SeenStart,
} from "../../../telemetry/watch/seen.ts";
import type { AboutServer } from "../../contract.ts";
import type { PrimaryCalls } from "../app.ts";
import { readCpuMs } from "./cpu-clock.ts";
import { FigureSeries } from "./figure-series.ts";
import { History } from "./history.ts";
import { OpenRuns } from "./open-runs.ts";
import { Watcher } from "./watcher.ts";
import { withoutJobs } from "./without-jobs.ts";

/** Each takes a connection, and some memory. */
const mostWatchers = 32;

const figuresMs = 1000;

/** A page that is loaded again is away for a moment. */
const leaveMs = 10_000;

/** Longest wait for the figures of the jobs. */
const jobsMs = 500;

export interface WatchOptions {
  readonly primary: PrimaryCalls;
  readonly about: AboutServer;
  readonly clock?: Clock;
  /** Hears the figures, about once a second. */
  readonly onFigures?: (figures: ServerFigures, seen: SeenFigures) => void;
}

/**
 * What those who watch see, and who they are. Figures and marks are kept for those who come later.
 * Runs are told by the workers only while somebody watches.
 */
export class Watch {
  about: AboutServer;
  readonly #primary: PrimaryCalls;
  readonly #clock: Clock;
  readonly #onFigures: NonNullable<WatchOptions["onFigures"]>;
  readonly #series = new FigureSeries(readCpuMs);
  readonly #history = new History();
  readonly #open = new OpenRuns();
  /** With whether each may see the ids of jobs. */
  readonly #watchers = new Map<Watcher, boolean>();
  #server: ServerFigures["server"] | undefined;
  #begun: Promise<void> | undefined;
  /** Whether the workers tell their runs. */
  #isOn = false;
  #callOffLeave = () => {};

  constructor({ primary, about, clock = systemClock, onFigures = () => {} }: WatchOptions) {
    this.#primary = primary;
    this.#clock = clock;
    this.#onFigures = onFigures;
    this.about = about;
  }

  /**
   * @param showsJobs whether it may see the ids of jobs
   * @returns the stream of one more watcher
   * @throws AppError `overloaded` if there are too many
   */
  async watch(showsJobs: boolean): Promise<Readable> {
    await this.whenBegun();
    if (this.#watchers.size >= mostWatchers) throw tooMany();
    this.#callOffLeave();
    this.#switch(true);
    const start = showsJobs ? this.#start() : map(this.#start(), withoutJobs);
    const watcher = new Watcher(start, this.#clock);
    this.#watchers.set(watcher, showsJobs);
    watcher.readable.once("close", () => this.#left(watcher));
    return watcher.readable;
  }

  /** Keeps figures and marks from now on, for the first who comes. */
  keep(): void {
    this.whenBegun().catch((error: unknown) => this.#logFailure(error));
  }

  runs(seen: SeenRunsOf): void {
    if (!this.#isOn) return; // It was on its way.
    this.#open.take(seen);
    this.#tell("runs", Date.now(), seen);
  }

  mark(mark: SeenMark): void {
    this.#open.mark(mark);
    this.#tell("mark", mark.at, mark);
  }

  /** Resolves when the first figures are there. */
  async whenBegun(): Promise<void> {
    this.#begun ??= this.#begin();
    try {
      await this.#begun;
    } catch (error) {
      this.#begun = undefined; // The next one tries again.
      throw error;
    }
  }

  async #begin(): Promise<void> {
    const [{ marks }] = await Promise.all([this.#primary.call("follow", {}), this.#look()]);
    for (const mark of marks) this.#history.add("mark", mark.at, JSON.stringify(mark));
    this.#lookSoon();
  }

  #lookSoon(): void {
    this.#clock.after(figuresMs, () => {
      this.#look()
        .catch((error: unknown) => this.#logFailure(error))
        .finally(() => this.#lookSoon());
    });
  }

  async #look(): Promise<void> {
    const jobStats = waitAtMost(this.#primary.call("job-stats", {}), jobsMs);
    const [figures, jobs = null] = await Promise.all([
      this.#primary.call("figures", {}),
      jobStats.catch(() => null),
    ]);
    this.#server = figures.server;
    const [at, clockMs, { maxPending }] = [Date.now(), this.#clock.now(), this.about];
    const seen = this.#series.next({ at, clockMs, figures, jobs, maxPending });
    this.#tell("figures", at, seen);
    this.#onFigures(figures, seen);
  }

  #tell(event: SeenItem["event"], at: number, data: SeenItem["data"]): void {
    const text = JSON.stringify(data);
    this.#history.add(event, at, text);
    const sent = writeEvent(event, text);
    let rest: string | undefined;
    for (const [watcher, showsJobs] of this.#watchers) {
      if (showsJobs) watcher.tell(sent);
      else {
        rest ??= withoutJobs(sent);
        watcher.tell(rest);
      }
    }
  }

  #left(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    this.#callOffLeave = this.#clock.after(leaveMs, () => {
      this.#switch(false);
      this.#history.forgetRuns();
      this.#open.clear();
    });
  }

  #switch(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    this.#primary.note("watch", { isOn });
  }

  /** The event `start`, in pieces: it may be long. What is told from now on comes after it. */
  #start(): Iterable<string> {
    const at = Date.now();
    const server = JSON.stringify(this.#describe());
    const head = `${retryLine}event: start\ndata: {"server":${server},"at":${at},"history":`;
    return chain([head], this.#history.write(at, this.#open.read()), ["}\n\n"]);
  }

  #logFailure(error: unknown): void {
    const fields = { err: loggedError(error) };
    this.#primary.note("logged", { level: "error", message: "No figures to watch", fields });
  }

  #describe(): SeenStart["server"] {
    const { url, hasJobs } = this.about;
    if (!this.#server) throw new Error("Nobody watches before the first figures");
    const { version, node, pid, mode, executor, process } = this.#server;
    return { version, node, pid, mode, executor, url, hasJobs, startedAt: process.startedAt };
  }
}

function* chain(...parts: readonly Iterable<string>[]): Generator<string> {
  for (const part of parts) yield* part;
}

function* map(texts: Iterable<string>, change: (text: string) => string): Generator<string> {
  for (const text of texts) yield change(text);
}

function tooMany(): AppError {
  const detail = `${mostWatchers} others watch this server already. Close one of their pages, or try again after the time in Retry-After.`;
  return new AppError("overloaded", detail, { headers: { "Retry-After": "10" } });
}

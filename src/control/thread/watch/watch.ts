import type { Readable } from "node:stream";
import { type Clock, systemClock, waitAtMost } from "../../../clock.ts";
import type { ServerFigures } from "../../../telemetry/figures/figures.ts";
import { loggedError } from "../../../telemetry/logged-error.ts";
import type {
  SeenFigures,
  SeenMark,
  SeenRunsOf,
  SeenStart,
} from "../../../telemetry/watch/seen.ts";
import type { AboutServer } from "../../contract.ts";
import type { PrimaryCalls } from "../app.ts";
import { Audience, type Listener } from "./audience.ts";
import { readCpuMs } from "./cpu-clock.ts";
import { FigureSeries } from "./figure-series.ts";

const figuresMs = 1000;

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
 * What those who watch this server see. Figures and marks are kept for those who come later. Runs are
 * told by the workers only while somebody watches.
 */
export class Watch {
  about: AboutServer;
  readonly #primary: PrimaryCalls;
  readonly #clock: Clock;
  readonly #onFigures: NonNullable<WatchOptions["onFigures"]>;
  readonly #series = new FigureSeries(readCpuMs);
  readonly #audience: Audience;
  #server: ServerFigures["server"] | undefined;
  #begun: Promise<void> | undefined;
  /** Whether the workers tell their runs. */
  #isOn = false;

  constructor({ primary, about, clock = systemClock, onFigures = () => {} }: WatchOptions) {
    this.#primary = primary;
    this.#clock = clock;
    this.#onFigures = onFigures;
    this.about = about;
    this.#audience = new Audience({
      ...{ clock, leaveMs, now: Date.now, describe: () => this.describe() },
      onSome: () => this.#switch(true),
      onNone: () => {
        this.#switch(false);
        this.#audience.forgetRuns();
      },
    });
  }

  /**
   * @param showsJobs whether it may see the ids of jobs
   * @returns the stream of one more watcher
   * @throws AppError `overloaded` if there are too many
   */
  async watch(showsJobs: boolean): Promise<Readable> {
    await this.whenBegun();
    return this.#audience.admit(showsJobs);
  }

  /** For those who watch elsewhere. To be called after the first figures. @returns what ends it */
  listen(listener: Listener): () => void {
    return this.#audience.listen(listener);
  }

  /** What was seen before, as JSON text of a list of at most so many characters. */
  recall(mostCharacters: number): string {
    return this.#audience.recall(mostCharacters);
  }

  /** Keeps figures and marks from now on, for the first who comes. */
  keep(): void {
    this.whenBegun().catch((error: unknown) => this.#logFailure(error));
  }

  runs(seen: SeenRunsOf): void {
    if (!this.#isOn) return; // It was on its way.
    this.#audience.runs(Date.now(), seen);
  }

  mark(mark: SeenMark): void {
    this.#audience.mark(mark);
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

  /** The server, for those who watch it. */
  describe(): SeenStart["server"] {
    const { url, hasJobs } = this.about;
    if (!this.#server) throw new Error("Nobody watches before the first figures");
    const { version, node, pid, mode, executor, process } = this.#server;
    return { version, node, pid, mode, executor, url, hasJobs, startedAt: process.startedAt };
  }

  async #begin(): Promise<void> {
    const [{ marks }] = await Promise.all([this.#primary.call("follow", {}), this.#look()]);
    for (const mark of marks) this.#audience.keep("mark", mark.at, mark);
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
    this.#audience.tell("figures", at, seen);
    this.#onFigures(figures, seen);
  }

  #switch(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    this.#primary.note("watch", { isOn });
  }

  #logFailure(error: unknown): void {
    const fields = { err: loggedError(error) };
    this.#primary.note("logged", { level: "error", message: "No figures to watch", fields });
  }
}

import type { Asked, FromThread } from "./commands.ts";
import type { Groups } from "./group.ts";
import type { WallClock } from "./wall-clock.ts";

/**
 * How often ended jobs are looked through for those that were kept long enough, and the longest time
 * until a clock that was set is noticed.
 */
const choreMs = 1000;

/** The pause before what could not be written is tried again. */
const againMs = 250;

/** Group after group, and the store's own chores when their time has come. */
export class Rounds {
  readonly #groups: Groups;
  readonly #clock: WallClock;
  readonly #tell: (message: FromThread) => void;
  /** In steady time. */
  #choresAt = Number.NEGATIVE_INFINITY;
  #trouble: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(groups: Groups, clock: WallClock, tell: (message: FromThread) => void) {
    this.#groups = groups;
    this.#clock = clock;
    this.#tell = tell;
  }

  work(asked: readonly Asked[]): void {
    const groups = this.#groups;
    const clock = this.#clock;
    groups.checkClock();
    const answers = groups.carryOut(asked);
    if (this.#pauseMs() <= 0) {
      this.#choresAt = clock.steady() + (groups.chores() ? 0 : choreMs);
    }
    if (groups.trouble !== this.#trouble) {
      this.#trouble = groups.trouble;
      this.#tell({ kind: "trouble", message: this.#trouble });
    }
    this.#tell({ kind: "told", answers, news: groups.news(), ready: groups.ready });
    clearTimeout(this.#timer);
    const pauseMs = this.#trouble === null ? this.#pauseMs() : againMs;
    this.#timer = setTimeout(() => this.work([]), Math.max(1, pauseMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Until the chores are due, or a job is. */
  #pauseMs(): number {
    const dueAt = this.#groups.nextDueAt() ?? Number.POSITIVE_INFINITY;
    return Math.min(this.#choresAt - this.#clock.steady(), dueAt - this.#clock.now());
  }
}

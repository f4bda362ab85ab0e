import type { Asked, FromThread } from "./commands.ts";
import type { Groups } from "./group.ts";

/** How often ended jobs are looked through for those that were kept long enough. */
const choreMs = 1000;

/** The pause before what could not be written is tried again. */
const againMs = 250;

/** Group after group, and the store's own chores when their time has come. */
export class Rounds {
  readonly #groups: Groups;
  readonly #tell: (message: FromThread) => void;
  #choresAt = 0;
  #trouble: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(groups: Groups, tell: (message: FromThread) => void) {
    this.#groups = groups;
    this.#tell = tell;
  }

  work(asked: readonly Asked[]): void {
    const groups = this.#groups;
    const answers = groups.carryOut(asked);
    if (Date.now() >= this.#nextAt()) {
      this.#choresAt = groups.chores() ? Date.now() : Date.now() + choreMs;
    }
    if (groups.trouble !== this.#trouble) {
      this.#trouble = groups.trouble;
      this.#tell({ kind: "trouble", message: this.#trouble });
    }
    this.#tell({ kind: "told", answers, news: groups.news(), ready: groups.ready });
    clearTimeout(this.#timer);
    const pauseMs = this.#trouble === null ? this.#nextAt() - Date.now() : againMs;
    this.#timer = setTimeout(() => this.work([]), Math.max(1, pauseMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #nextAt(): number {
    return Math.min(this.#choresAt, this.#groups.nextDueAt() ?? Number.POSITIVE_INFINITY);
  }
}

import type { FromThread } from "./commands.ts";
import type { Groups } from "./group.ts";
import type { WorkerLocks } from "./worker-locks.ts";

/** How often it is tried whether former workers are gone. */
const tryMs = 20;

/** After so long, whoever runs the server wants to know why jobs wait. */
const patienceMs = 500;

export interface TakingBackOptions {
  readonly locks: Pick<WorkerLocks, "areFormerGone">;
  readonly groups: Pick<Groups, "takeBack" | "former">;
  readonly tell: (message: FromThread) => void;
  /** Jobs may have become ready. */
  readonly onDone: () => void;
}

/**
 * Jobs that ran under a former server stay as they are until the last of its workers has ended, and
 * go back to the queue then. Everything else goes on meanwhile.
 */
export class TakingBack {
  readonly #options: TakingBackOptions;
  readonly #startedAt = performance.now();
  #isTold = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TakingBackOptions) {
    this.#options = options;
  }

  /** At once, where nothing is to be waited for. */
  start(): void {
    const { locks, groups, tell, onDone } = this.#options;
    const jobs = groups.former;
    if (locks.areFormerGone() && groups.takeBack()) {
      if (this.#isTold) tell({ kind: "former", isGone: true, jobs });
      onDone();
      return;
    }
    if (!this.#isTold && performance.now() - this.#startedAt > patienceMs) {
      this.#isTold = true;
      tell({ kind: "former", isGone: false, jobs });
    }
    this.#timer = setTimeout(() => this.start(), tryMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

import { messageOf } from "../../../errors.ts";
import type { Former } from "../../messages/commands.ts";
import type { Store } from "./store.ts";
import type { WorkerLocks } from "./worker-locks.ts";

/** The pause between two looks at the locks of former workers is a tenth of the wait so far. */
const shortestPauseMs = 20;
const longestPauseMs = 1000;

/** After this wait the operator is told why jobs wait. */
const patienceMs = 500;

export interface TakingBackOptions {
  readonly locks: Pick<WorkerLocks, "areFormerGone" | "stageOf" | "forgetFormer">;
  readonly store: Pick<Store, "takeBack" | "former">;
  readonly tell: (former: Former) => void;
  /** Jobs may have become ready. */
  readonly onDone: () => void;
}

/**
 * Jobs of a former server stay running until the last of its workers has ended. Then they go back to
 * the queue. Everything else goes on meanwhile.
 */
export class TakingBack {
  readonly #options: TakingBackOptions;
  readonly #startedAt = performance.now();
  #isTold = false;
  #isTroubleTold = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TakingBackOptions) {
    this.#options = options;
  }

  /** Takes the jobs back now, or looks again after a pause. */
  start(): void {
    const { locks, store, tell, onDone } = this.#options;
    const jobs = store.former;
    if (this.#areFormerGone() && store.takeBack((attempt) => locks.stageOf(attempt))) {
      locks.forgetFormer();
      if (this.#isTold) tell({ isGone: true, jobs, trouble: null });
      onDone();
      return;
    }
    const waitedMs = performance.now() - this.#startedAt;
    if (!this.#isTold && waitedMs > patienceMs) {
      this.#isTold = true;
      tell({ isGone: false, jobs, trouble: null });
    }
    const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, waitedMs / 10));
    this.#timer = setTimeout(() => this.start(), pauseMs);
  }

  /** A lock that cannot be looked at, for want of a descriptor, say, counts as held. */
  #areFormerGone(): boolean {
    const { locks, store, tell } = this.#options;
    try {
      return locks.areFormerGone();
    } catch (error) {
      if (!this.#isTroubleTold) {
        this.#isTroubleTold = true;
        this.#isTold = true;
        tell({ isGone: false, jobs: store.former, trouble: messageOf(error) });
      }
      return false;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

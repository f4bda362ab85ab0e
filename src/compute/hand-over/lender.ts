import { isText } from "../../channel/checks.ts";
import type { LendAnswer, LentRun } from "../../channel/hand-over.ts";
import type { Clock } from "../../clock.ts";
import { AppError } from "../../errors.ts";
import type { RunLent } from "../../telemetry/events.ts";
import type { Dispatcher } from "../dispatcher.ts";
import type { QueuedRun } from "../queued-run.ts";
import { fromCrossing } from "./crossing-error.ts";
import {
  type CrossingFailure,
  type CrossingOutcome,
  fromCrossingOutcome,
  outputBytesOf,
} from "./crossing-outcome.ts";
import type { RunCosts } from "./run-costs.ts";

/**
 * Most runs that are away at a time, for each slot of the other workers: one that computes, and two
 * that lie in the primary. This worker's event loop may be held while several of them end.
 */
const mostPerSlot = 3;

export interface LenderOptions {
  readonly dispatcher: Pick<Dispatcher, "findToLend">;
  readonly costs: RunCosts;
  /** How many slots the other workers have. */
  readonly otherSlots: () => number;
  readonly clock: Clock;
  /** Resolves when the run has ended, or is to wait here again. */
  readonly lend: (number: number, run: LentRun) => Promise<LendAnswer>;
  /** Nobody wants the lent run any more. */
  readonly tellUnwanted: (number: number) => void;
  /** Hears what came of each lent run. */
  readonly onLent: (lent: RunLent) => void;
}

/** Hands waiting runs of this worker over to others, the oldest first. */
export class Lender {
  readonly #options: LenderOptions;
  #lastNumber = 0;
  #away = 0;
  /** How many more it may lend, as the primary says. */
  mayLend = Number.POSITIVE_INFINITY;

  constructor(options: LenderOptions) {
    this.#options = options;
  }

  /** Lends what waits, as far as that is worth while. */
  lendWaiting(): void {
    const { dispatcher, costs, otherSlots } = this.#options;
    const most = mostPerSlot * otherSlots();
    while (this.#away < most && this.mayLend > 0) {
      const run = dispatcher.findToLend((entry) => costs.isWorth(entry));
      if (!run || !this.#lend(run)) return;
    }
  }

  #lend(run: QueuedRun): boolean {
    const { lend, tellUnwanted, onLent } = this.#options;
    const lent = this.#lentOf(run);
    if (!lent) return false;
    const number = ++this.#lastNumber;
    let isWanted = true;
    run.lend(() => {
      isWanted = false;
      tellUnwanted(number);
    });
    this.#away++;
    this.mayLend--;
    // The primary could not read it.
    const unread = (): LendAnswer => ({ kind: "returned", isHome: true });
    void lend(number, lent)
      .catch(unread)
      .then((answer) => {
        this.#away--;
        onLent({ task: lent.task, ending: isWanted ? endingOf(answer) : "dropped" });
        if (isWanted) this.#take(run, answer);
      });
    return true;
  }

  #lentOf({ entry, queueUntil }: QueuedRun): LentRun | undefined {
    const { task, offer } = entry;
    const now = this.#options.clock.now();
    const input: unknown = JSON.stringify(offer?.input);
    if (!offer || !isText(input)) return undefined;
    return {
      ...{ task: task.name, executor: offer.executor, input },
      waitedMs: Math.max(0, now - offer.acceptedAt),
      leftMs: Math.max(0, queueUntil - now),
      runTimeoutMs: offer.runTimeoutMs ?? null,
      traceparent: offer.trace?.traceparent ?? null,
    };
  }

  #take(run: QueuedRun, answer: LendAnswer): void {
    switch (answer.kind) {
      case "returned":
        this.#takeBack(run, answer.isHome);
        break;
      case "late":
        run.late();
        break;
      case "lost": {
        const error = lostError(answer.worker, run.entry.offer?.mayRepeat ?? false);
        run.settle({ error, queuedMs: null });
        break;
      }
      case "ran":
        this.#ran(run, answer as CrossingOutcome);
        break;
      default: {
        const { error, queuedMs = null, log } = answer as CrossingFailure;
        if (log) run.entry.offer?.onLog?.(log);
        run.settle({ error: fromCrossing(error), queuedMs });
      }
    }
  }

  #ran(run: QueuedRun, answer: CrossingOutcome): void {
    const { task, offer } = run.entry;
    try {
      const outcome = fromCrossingOutcome(answer);
      this.#options.costs.ended(task.name, outcome.ranMs);
      this.#options.costs.received(task.name, outputBytesOf(answer));
      if (answer.log) offer?.onLog?.(answer.log);
      run.settle({ outcome });
    } catch (error) {
      run.settle({ error, queuedMs: null });
    }
  }

  #takeBack(run: QueuedRun, isHome: boolean): void {
    const { offer } = run.entry;
    if (offer && isHome) offer.isHome = true;
    run.takeBack();
  }
}

function endingOf(answer: LendAnswer): RunLent["ending"] {
  if (answer.kind === "late" || answer.kind === "lost") return answer.kind;
  if (answer.kind !== "returned") return "ran";
  return answer.isHome ? "refused" : "returned";
}

/**
 * What the run has done before its worker ended is not known. So only a client whose method is safe is
 * told to repeat its request (RFC 9110, section 9.2.2).
 */
function lostError(worker: number, mayRepeat: boolean): AppError {
  const what = `Worker ${worker} ended while it carried out this run for another one.`;
  if (!mayRepeat) return new AppError("worker-lost", what);
  const detail = `${what} Try again after the time in Retry-After.`;
  return new AppError("run-lost", detail, { headers: { "Retry-After": "1" } });
}

import type { Clock } from "../clock.ts";
import type { ClientsInLine, Membership } from "./clients-in-line.ts";
import type { Needs } from "./needs.ts";
import type { Outcome } from "./run-request.ts";
import type { TaskLimit } from "./task-limits.ts";
import type { Entry, Place, WaitingLine, WaitingRun } from "./waiting-line.ts";

/** What came of a run that another worker carried out. */
export type RanElsewhere =
  | { readonly outcome: Outcome }
  /** `queuedMs`: from its acceptance to its start; null where nobody knows. */
  | { readonly error: unknown; readonly queuedMs: number | null };

/** @throws what the run failed with */
export function requireOutcome(ran: RanElsewhere): Outcome {
  if ("error" in ran) throw ran.error;
  return ran.outcome;
}

/** The admission, as far as a waiting run knows it. */
export interface Desk {
  readonly line: WaitingLine<QueuedRun>;
  readonly lent: Set<QueuedRun>;
  readonly clients: ClientsInLine<QueuedRun>;
  readonly queueTimeoutMs: number;
  readonly clock: Clock;
  take(needs: Needs): void;
  /** A run does not wait any more. */
  onLeft(isStarted: boolean): void;
  lateError(): Error;
}

/**
 * A run that waits: parked behind others of its task, then in the line. From there it may be lent to
 * another worker, and come back. It leaves when it is granted a slot or refused, when its client goes,
 * when it has waited for too long, or when another worker has carried it out.
 */
export class QueuedRun implements WaitingRun {
  readonly entry: Entry;
  /** Until then it may wait, in ms of the clock. Where it is lent to, that counts, too. */
  readonly queueUntil: number;
  readonly #membership: Membership;
  readonly #limit: TaskLimit | undefined;
  readonly #desk: Desk;
  readonly #admitted = Promise.withResolvers<RanElsewhere | undefined>();
  #isIn: boolean;
  #place: Place | undefined;
  #leave: () => void;
  #callOff: () => void;
  /** While it is lent: called if it is not wanted any more. */
  #onUnwanted: (() => void) | undefined;
  readonly #onAbort = (): void => this.refuse(this.entry.signal.reason);

  /** @param isIn false if the run has to wait for others of its task first */
  constructor(entry: Entry, limit: TaskLimit | undefined, isIn: boolean, desk: Desk) {
    this.entry = entry;
    this.#limit = limit;
    this.#isIn = isIn;
    this.#desk = desk;
    this.#membership = desk.clients.join(entry, this);
    this.queueUntil = desk.clock.now() + desk.queueTimeoutMs;
    this.#leave = limit && !isIn ? limit.park(this, () => this.#enterLine()) : this.#enterLine();
    this.#callOff = this.#startTimer();
    entry.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Resolves when it has its slots, or when it was carried out elsewhere. */
  get admitted(): Promise<RanElsewhere | undefined> {
    return this.#admitted.promise;
  }

  get needs(): Needs {
    return this.entry.needs;
  }

  get turn(): number {
    return this.#membership.turn;
  }

  grant(): void {
    this.#desk.take(this.needs);
    this.#desk.clients.started(this.turn);
    this.#depart();
    this.#admitted.resolve(undefined);
    this.#desk.onLeft(true);
  }

  refuse(reason: unknown): void {
    this.#depart();
    if (this.#isIn) this.#limit?.giveBack();
    this.#admitted.reject(reason);
    this.#onUnwanted?.();
    this.#desk.onLeft(false);
  }

  /**
   * It waits elsewhere from now on: whoever has it sees to its deadline.
   *
   * @param onUnwanted called if its client goes, or this worker ends its waiting runs
   */
  lend(onUnwanted: () => void): void {
    const { lent } = this.#desk;
    this.#leave();
    this.#callOff();
    lent.add(this);
    this.#leave = () => lent.delete(this);
    this.#onUnwanted = onUnwanted;
    this.#desk.onLeft(false);
  }

  /** It waits here again, in its old place. If it has waited for too long, it is refused soon. */
  takeBack(): void {
    this.#leave();
    this.#onUnwanted = undefined;
    this.#place?.putBack();
    this.#leave = () => this.#place?.leave();
    this.#callOff = this.#startTimer();
    this.#desk.onLeft(false);
  }

  /** It has waited for too long where it was lent to. */
  late(): void {
    this.#onUnwanted = undefined;
    this.refuse(this.#desk.lateError());
  }

  /** Another worker has carried it out. */
  settle(ran: RanElsewhere): void {
    this.#onUnwanted = undefined;
    this.#desk.clients.started(this.turn);
    this.#depart();
    if (this.#isIn) this.#limit?.giveBack();
    this.#admitted.resolve(ran);
    this.#desk.onLeft(false);
  }

  #enterLine(): () => void {
    this.#isIn = true;
    this.#place = this.#desk.line.push(this.entry.lane, this);
    return () => this.#place?.leave();
  }

  #startTimer(): () => void {
    const { clock, lateError } = this.#desk;
    const leftMs = Math.max(0, this.queueUntil - clock.now());
    return clock.after(leftMs, () => this.refuse(lateError()));
  }

  #depart(): void {
    this.#leave();
    this.#membership.leave();
    this.#callOff();
    this.entry.signal.removeEventListener("abort", this.#onAbort);
  }
}

import { Channel } from "../channel/channel.ts";
import type { Envelope, SendEnvelope } from "../channel/envelope.ts";
import { exchangeSide, tradingSide } from "../channel/hand-over.ts";
import type { Clock } from "../clock.ts";
import type { Dispatcher } from "../compute/dispatcher.ts";
import { Borrower, type BorrowerOptions } from "../compute/hand-over/borrower.ts";
import { Lender, type LenderOptions } from "../compute/hand-over/lender.ts";
import { RunCosts } from "../compute/hand-over/run-costs.ts";
import type { WorkerConfig } from "../config/config.ts";
import type { Task } from "../tasks/task.ts";
import type { Telemetry } from "../telemetry/events.ts";
import { onEnvelope, sendToPrimary } from "./primary-link.ts";

const serviceName = "hand-over";

/** Least time between two messages about how this worker stands, where no long run begins. */
const leastTellMs = 1;

export interface HandOverOptions extends Omit<BorrowerOptions, "dispatcher" | "tellStarted"> {
  readonly dispatcher: Dispatcher;
  readonly send: SendEnvelope;
  readonly slots: number;
  readonly workers: { readonly ready: number };
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}

/** @param services the settings that the primary's services sent along */
export function mayHandOver(services: WorkerConfig["services"]): boolean {
  return services[serviceName] !== undefined;
}

/** @returns undefined where this server hands nothing over */
export function openHandOver(
  services: WorkerConfig["services"],
  options: Omit<HandOverOptions, "send">,
): HandOver | undefined {
  if (!mayHandOver(services)) return undefined;
  const handOver = new HandOver({ ...options, send: sendToPrimary });
  onEnvelope(serviceName, (envelope) => handOver.take(envelope));
  return handOver;
}

/**
 * The worker's end of handing runs over (src/primary/hand-over/): it lends runs that wait here, and
 * borrows those of others.
 *
 * A run on the event loop holds it. So what there is to say leaves before the run begins, and what
 * arrives meanwhile is read in the turn between two runs.
 */
export class HandOver {
  readonly #options: HandOverOptions;
  readonly #costs = new RunCosts();
  readonly #lender: Lender;
  readonly #borrower: Borrower;
  readonly #channel: Channel<typeof tradingSide, typeof exchangeSide>;
  #isTurnDue = false;
  /** Whether the primary wants to know how this worker stands. */
  #isAsked = false;
  /** What it was told last. */
  #told = "";
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(options: HandOverOptions) {
    const { dispatcher, clock, workers, slots } = options;
    this.#options = options;
    this.#channel = new Channel({
      service: serviceName,
      mine: tradingSide,
      theirs: exchangeSide,
      send: options.send,
      inPieces: true,
      calls: { borrow: ({ number, run }) => this.#borrow(number, run) },
      notes: {
        ask: ({ wanted }) => this.#asked(wanted),
        "may-lend": ({ runs }) => this.#letLend(runs),
        stop: ({ number }) => this.#borrower.stop(number),
      },
    });
    this.#lender = new Lender({
      ...{ dispatcher, clock, costs: this.#costs },
      otherSlots: () => (workers.ready - 1) * slots,
      lend: (number, run) => this.#lend(number, run),
      tellUnwanted: (number) => this.#channel.note("unwanted", { number }),
      onLent: (lent) => options.telemetry.emit("run.lent", lent),
    });
    this.#borrower = new Borrower({
      ...options,
      tellStarted: (number) => this.#channel.note("started", { number }),
    });
    options.telemetry.on("run.ended", ({ task, heldMs, outcome }) => {
      if (outcome === "succeeded") this.#costs.ended(task, heldMs);
    });
  }

  take(envelope: Envelope): void {
    this.#channel.take(envelope);
  }

  /** This worker listens, and takes part. */
  join(): void {
    this.#channel.note("join", { slots: this.#options.slots });
  }

  /** Borrows no more. Resolves when what it has borrowed has ended, and the primary has the outcomes. */
  async leave(): Promise<void> {
    this.#borrower.leave();
    await this.#channel.call("leave", {});
  }

  /** A run has begun to wait or to run, or has ended. At the end of this turn, see to the others. */
  changed(): void {
    if (this.#isTurnDue || !(this.#isAsked || this.#mayLend)) return;
    this.#isTurnDue = true;
    setImmediate(() => this.#turn());
  }

  /** A run is about to hold the event loop. */
  beforeHold({ name }: Task): void {
    if (this.#costs.isShort(name)) return;
    if (this.#isAsked || this.#mayLend) this.#act(true);
    this.#channel.flush();
  }

  /** Whether live runs wait for a slot. Where one is free, those that wait lack memory. */
  get #waits(): boolean {
    const { dispatcher } = this.#options;
    return dispatcher.waitingLive > 0 && dispatcher.liveRoom === 0;
  }

  get #mayLend(): boolean {
    return this.#options.workers.ready > 1 && this.#waits;
  }

  #turn(): void {
    this.#isTurnDue = false;
    this.#act(false);
    this.#channel.flush();
  }

  #act(isHolding: boolean): void {
    if (this.#mayLend) this.#lender.lendWaiting();
    if (this.#isAsked) this.#tellStand(isHolding);
  }

  #asked(wanted: boolean): void {
    this.#isAsked = wanted;
    this.#told = "";
    this.#lender.mayLend = Number.POSITIVE_INFINITY;
    this.changed();
  }

  #letLend(runs: number): void {
    this.#lender.mayLend = runs;
    this.changed();
  }

  async #lend(...[number, run]: Parameters<LenderOptions["lend"]>) {
    const answer = await this.#channel.call("lend", { number, run });
    if (answer.kind === "returned") this.#reckoned();
    return answer;
  }

  async #borrow(...[number, run]: Parameters<Borrower["carryOut"]>) {
    this.#reckoned();
    return await this.#borrower.carryOut(number, run);
  }

  /** The primary thinks that a run takes a slot. What it is to know is how this worker really stands. */
  #reckoned(): void {
    this.#told = "";
    this.changed();
  }

  #tellStand(isHolding: boolean): void {
    const { dispatcher, clock } = this.#options;
    const stand = { room: dispatcher.liveRoom, waits: this.#waits };
    const text = `${stand.room} ${stand.waits}`;
    if (text === this.#told) return;
    const soonMs = this.#toldAt + leastTellMs - clock.now();
    if (soonMs > 0 && !isHolding) {
      clock.after(soonMs, () => this.changed());
      return;
    }
    this.#told = text;
    this.#toldAt = clock.now();
    this.#channel.note("stand", stand);
  }
}

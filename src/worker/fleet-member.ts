/** The worker's end of the fleet: pushes its figures to the primary, and asks for those of all. */
import { Channel } from "../channel/channel.ts";
import type { Envelope, SendEnvelope } from "../channel/envelope.ts";
import type { Clock } from "../clock.ts";
import { fleetSide, memberSide } from "../telemetry/figures/contract.ts";
import type { Counting } from "../telemetry/figures/counting.ts";
import type { ServerFigures, WorkerState } from "../telemetry/figures/figures.ts";

/** The shortest time between two pushes. */
const shortestMs = 250;

/** The longest time between two pushes, where nothing changes. */
const longestMs = 2000;

/**
 * A run that holds the event loop for this long is worth a push of its own: that takes about 0.1 ms. After
 * shorter ones the next push is near.
 */
const longHoldMs = 100;

/** What changes with every run and connection; quick to read. */
type Load = Pick<WorkerState, "pending" | "busySlots" | "connections">;

export interface FleetMemberOptions {
  readonly send: SendEnvelope;
  readonly clock: Clock;
  /** What the worker does at this moment. */
  readonly state: () => WorkerState;
  /** The same, as far as it changes often. */
  readonly load: () => Load;
  readonly counting: Counting;
}

export class FleetMember {
  readonly #options: FleetMemberOptions;
  readonly #channel: Channel<typeof memberSide, typeof fleetSide>;
  #pushedAt = Number.NEGATIVE_INFINITY;
  #pushedChanges = -1;
  #pushedState: WorkerState | undefined;
  #callOff = () => {};

  constructor(options: FleetMemberOptions) {
    this.#options = options;
    this.#channel = new Channel({
      service: "fleet",
      mine: memberSide,
      theirs: fleetSide,
      send: options.send,
      calls: {},
      notes: {},
    });
  }

  /** Pushes now, and from now on whenever something has changed. */
  start(): void {
    if (this.#hasNews()) this.push();
    this.#callOff = this.#options.clock.after(shortestMs, () => this.start());
  }

  take(envelope: Envelope): void {
    this.#channel.take(envelope);
  }

  /**
   * A run is about to hold the event loop. Says so, if the primary has not heard of this worker just now.
   * It takes next to nothing where it has.
   *
   * @param expectedMs how long the run is likely to hold it
   */
  beforeHeldLoop(expectedMs: number): void {
    const sinceMs = this.#options.clock.now() - this.#pushedAt;
    if (sinceMs >= shortestMs || (expectedMs >= longHoldMs && this.#hasNewLoad())) this.push();
  }

  /** The figures of the whole server, with what this worker has counted until now. */
  figures(): Promise<ServerFigures> {
    this.push();
    return this.#channel.call("figures", {});
  }

  /** Pushes at once: the event loop may be held from now on. @param onSent it has left this process */
  push(onSent?: () => void): void {
    const { state, counting, clock } = this.#options;
    this.#pushedAt = clock.now();
    this.#pushedChanges = counting.changes;
    this.#pushedState = state();
    this.#channel.note("snapshot", { state: this.#pushedState, counted: counting.counted() });
    this.#channel.flush(onSent);
  }

  /** The last push, just before the worker ends. Resolves when it has left this process. */
  close(): Promise<void> {
    this.#callOff();
    return new Promise((resolve) => this.push(resolve));
  }

  #hasNews(): boolean {
    const { clock, counting } = this.#options;
    if (clock.now() - this.#pushedAt >= longestMs) return true;
    return counting.changes !== this.#pushedChanges || this.#hasNewLoad();
  }

  #hasNewLoad(): boolean {
    const { pending, busySlots, connections } = this.#options.load();
    const last = this.#pushedState;
    return (
      pending !== last?.pending || busySlots !== last.busySlots || connections !== last.connections
    );
  }
}

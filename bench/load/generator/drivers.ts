import { createGaps } from "./arrivals.ts";
import type { Window } from "./occupancy.ts";
import type { Arrivals, FullPlan, FullStream } from "./plan.ts";
import type { Stream } from "./stream.ts";

/** How far a bounded rate may catch up after a late timer. All timers are a little late. */
const makeUpMs = 2;
/** Default pause of a closed-loop client after a failure. */
const defaultPauseMs = 10;

/** Decides when a stream's requests are due. */
export interface Driver {
  start(now: number): void;
  /**
   * Called when the window has ended. Requests that were due in it still go out, later ones do not.
   */
  stop(): void;
}

export function createDriver(
  stream: Stream,
  window: Window,
  { arrivals, connections }: FullStream,
  spans: Pick<FullPlan, "warmupMs" | "durationMs">,
): Driver {
  return arrivals.kind === "closed"
    ? new ClosedLoop(stream, window, connections, arrivals)
    : new OpenLoop(stream, window, createGaps(arrivals, spans));
}

/**
 * Requests are due at a rate, whatever the answers do. Timers are coarse (1 ms), so every wake-up
 * of the process sends all requests that are due by then.
 */
class OpenLoop implements Driver {
  readonly #stream: Stream;
  readonly #window: Window;
  readonly #nextGapMs: () => number;
  #nextAt = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: Stream, window: Window, nextGapMs: () => number) {
    this.#stream = stream;
    this.#window = window;
    this.#nextGapMs = nextGapMs;
    stream.onEnded = (_failed, now) => this.#sendDue(now);
  }

  start(now: number): void {
    this.#nextAt = now + this.#nextGapMs();
    this.#wake();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#sendDue(performance.now());
    this.#nextAt = Number.POSITIVE_INFINITY;
  }

  #wake(): void {
    this.#sendDue(performance.now());
    if (this.#nextAt === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.max(1, this.#nextAt - performance.now());
    this.#timer = setTimeout(() => this.#wake(), waitMs);
  }

  #sendDue(now: number): void {
    const { endAt } = this.#window;
    while (this.#nextAt <= now && this.#nextAt < endAt && !this.#stream.exhausted) {
      const dueAt = this.#nextAt;
      this.#nextAt += this.#nextGapMs();
      this.#stream.offer(dueAt, now, true);
    }
  }
}

/** Every client sends again as soon as its last request has ended, and the rate allows it. */
class ClosedLoop implements Driver {
  readonly #stream: Stream;
  readonly #window: Window;
  readonly #clients: number;
  /** From one request to the next, of all clients together. */
  readonly #leastGapMs: number;
  readonly #pauses = new Set<NodeJS.Timeout>();
  #allowedAt = Number.NEGATIVE_INFINITY;
  #running = false;

  constructor(
    stream: Stream,
    window: Window,
    clients: number,
    { pauseMs = defaultPauseMs, mostPerSecond }: Extract<Arrivals, { kind: "closed" }>,
  ) {
    this.#stream = stream;
    this.#window = window;
    this.#clients = clients;
    this.#leastGapMs = mostPerSecond === undefined ? 0 : 1_000 / mostPerSecond;
    stream.onEnded = (failed, now) => (failed ? this.#pause(pauseMs) : this.#next(now));
  }

  start(now: number): void {
    this.#running = true;
    for (let client = 0; client < this.#clients; client += 1) this.#next(now);
  }

  stop(): void {
    this.#running = false;
    for (const pause of this.#pauses) clearTimeout(pause);
    this.#pauses.clear();
  }

  #next(now: number): void {
    const isOpen = this.#running && now < this.#window.endAt && !this.#stream.exhausted;
    if (!isOpen) return;
    if (this.#allowedAt > now) {
      this.#pause(this.#allowedAt - now);
      return;
    }
    this.#allowedAt = Math.max(this.#allowedAt, now - makeUpMs) + this.#leastGapMs;
    this.#stream.offer(now, now, false);
  }

  #pause(ms: number): void {
    if (!this.#running) return;
    const pause = setTimeout(() => {
      this.#pauses.delete(pause);
      this.#next(performance.now());
    }, ms);
    this.#pauses.add(pause);
  }
}

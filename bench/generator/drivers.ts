import { createGaps } from "./arrivals.ts";
import type { Window } from "./occupancy.ts";
import type { FullPlan, FullStream } from "./plan.ts";
import type { Stream } from "./stream.ts";

/** After a failure a closed-loop client waits so long where the plan does not say. */
const defaultPauseMs = 10;

/** Decides when a stream's requests are due. */
export interface Driver {
  start(now: number): void;
  /** Call when the window has ended: what was due in it still goes out, and nothing later. */
  stop(): void;
}

export function createDriver(
  stream: Stream,
  window: Window,
  { arrivals, connections }: FullStream,
  spans: Pick<FullPlan, "warmupMs" | "durationMs">,
): Driver {
  return arrivals.kind === "closed"
    ? new ClosedLoop(stream, window, connections, arrivals.pauseMs ?? defaultPauseMs)
    : new OpenLoop(stream, window, createGaps(arrivals, spans));
}

/**
 * Requests are due at a rate, whatever the answers do. Timers are coarse (1 ms), hence each time
 * that anything wakes the process, everything that is due by then goes out.
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

/** Every client sends again as soon as its last request has ended. */
class ClosedLoop implements Driver {
  readonly #stream: Stream;
  readonly #window: Window;
  readonly #clients: number;
  readonly #pauseMs: number;
  readonly #pauses = new Set<NodeJS.Timeout>();
  #running = false;

  constructor(stream: Stream, window: Window, clients: number, pauseMs: number) {
    this.#stream = stream;
    this.#window = window;
    this.#clients = clients;
    this.#pauseMs = pauseMs;
    stream.onEnded = (failed, now) => (failed ? this.#pause() : this.#next(now));
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
    if (isOpen) this.#stream.offer(now, now, false);
  }

  #pause(): void {
    if (!this.#running) return;
    const pause = setTimeout(() => {
      this.#pauses.delete(pause);
      this.#next(performance.now());
    }, this.#pauseMs);
    this.#pauses.add(pause);
  }
}

import { Readable } from "node:stream";
import type { Clock } from "../../../clock.ts";
import { heartbeat, heartbeatMs, writeEvent } from "../../../http/server-sent.ts";

/** What may wait for a slow reader, in characters; one event in any case. It is shared with others. */
const mostWaiting = 1_000_000;

/** A reader that takes nothing for so long is gone: a page comes back by itself. */
const longestStallMs = 60_000;

/**
 * One reader of the stream. What it has not read yet waits, within a limit. Past that it misses events
 * until it has read what waits, and is told how many: its memory here does not grow.
 */
export class Watcher {
  readonly readable: Readable;
  readonly #clock: Clock;
  readonly #start: Iterator<string>;
  #waiting: string[] = [];
  #waitingLength = 0;
  #missed = 0;
  #isEnding = false;
  /** Whether the reader takes more. */
  #isWanted = false;
  #readAt: number;
  #callOffBeat = () => {};

  /** @param start what it gets first; never left out */
  constructor(start: Iterable<string>, clock: Clock) {
    this.#clock = clock;
    this.#start = start[Symbol.iterator]();
    this.#readAt = clock.now();
    this.readable = new Readable({
      read: () => {
        this.#isWanted = true;
        this.#readAt = clock.now();
        this.#goOn();
      },
    });
    this.readable.once("close", () => this.#callOffBeat());
    this.#beat();
  }

  /** @param event as it is sent */
  tell(event: string): void {
    if (this.#isEnding) return;
    const isFull = this.#waiting.length > 0 && this.#waitingLength + event.length > mostWaiting;
    if (this.#missed > 0 || isFull) {
      this.#missed++;
      return;
    }
    this.#waiting.push(event);
    this.#waitingLength += event.length;
    this.#goOn();
  }

  /** Tells this last event, even if others are left out, and ends the stream. */
  end(event: string): void {
    this.#waiting.push(event);
    this.#isEnding = true;
    this.#goOn();
  }

  #goOn(): void {
    while (this.#isWanted) {
      const next = this.#next();
      if (next === undefined) {
        if (this.#isEnding) this.readable.push(null);
        return;
      }
      this.#isWanted = this.readable.push(next);
    }
  }

  #next(): string | undefined {
    const start = this.#start.next();
    if (!start.done) return start.value;
    const event = this.#waiting.shift();
    if (event !== undefined) {
      this.#waitingLength -= event.length;
      return event;
    }
    if (this.#missed === 0) return undefined;
    const missed = writeEvent("missed", JSON.stringify({ events: this.#missed }));
    this.#missed = 0;
    return missed;
  }

  #beat(): void {
    this.#callOffBeat = this.#clock.after(heartbeatMs, () => {
      const isStalled = !this.#isWanted && this.#clock.now() - this.#readAt > longestStallMs;
      if (isStalled) {
        this.readable.destroy();
        return;
      }
      if (this.#waiting.length === 0) this.tell(heartbeat);
      this.#beat();
    });
  }
}

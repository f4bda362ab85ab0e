import type { Clock } from "../../../../clock.ts";
import type { SeenStart } from "../../../../telemetry/watch/seen.ts";
import type { Listener } from "../../watch/audience.ts";
import { writeLanes } from "./told-lanes.ts";

/** Items are sent together: so many messages a second, at most. */
const batchMs = 200;

/** What waits to be sent, in characters. What comes while it is full is left out. */
const mostWaiting = 256 * 1024;

/** What was seen before, in characters. */
const mostRecalled = 512 * 1024;

/** This host, as its own watchers see it. */
export interface Watched {
  /** @returns what ends it */
  listen(listener: Listener): () => void;
  recall(mostCharacters: number): string;
  describe(): SeenStart["server"];
}

export interface SenderOptions {
  readonly watched: Watched;
  readonly clock: Clock;
  /** Resolves when the message is there. */
  readonly send: (text: string) => Promise<void>;
}

/**
 * Tells other hosts what happens here, while somebody there watches. While the way there is slow, items
 * are left out and counted: nothing piles up.
 */
export class LanesSender {
  readonly #options: SenderOptions;
  /** Of the latest who has come; null while nobody watches. */
  #wish: string | null = null;
  #stop = () => {};
  #callOff = () => {};
  #waiting: string[] = [];
  #waitingLength = 0;
  #missed = 0;
  /** The one before is under way. */
  #isSending = false;
  #owesAll = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** @param wish of those who watch: another one when somebody else has come; null without any */
  become(wish: string | null): void {
    const before = this.#wish;
    if (wish === before) return;
    this.#wish = wish;
    if (wish === null) this.#end();
    else if (before === null) this.#begin();
    this.#owesAll = wish !== null;
  }

  #begin(): void {
    this.#stop = this.#options.watched.listen((item) => this.#take(item));
    this.#sendSoon();
  }

  #end(): void {
    this.#stop();
    this.#callOff();
    this.#forget();
    this.#missed = 0;
  }

  #take(item: string): void {
    if (this.#owesAll) return; // It is among all that is kept.
    if (this.#missed > 0 || this.#waitingLength + item.length > mostWaiting) {
      this.#missed++;
      return;
    }
    this.#waiting.push(item);
    this.#waitingLength += item.length + 1;
  }

  #sendSoon(): void {
    this.#callOff = this.#options.clock.after(batchMs, () => {
      if (!this.#isSending) this.#send();
      this.#sendSoon();
    });
  }

  #send(): void {
    const text = this.#owesAll ? this.#writeAll() : this.#writeNews();
    if (text === undefined) return;
    this.#owesAll = false;
    this.#isSending = true;
    this.#options
      .send(text)
      .catch(() => {}) // Those who watch miss it.
      .finally(() => {
        this.#isSending = false;
      });
  }

  #writeAll(): string {
    const { watched } = this.#options;
    this.#forget();
    this.#missed = 0;
    return writeLanes(watched.describe(), Date.now(), watched.recall(mostRecalled), 0);
  }

  #writeNews(): string | undefined {
    if (this.#waiting.length === 0 && this.#missed === 0) return undefined;
    const text = writeLanes(null, Date.now(), `[${this.#waiting.join(",")}]`, this.#missed);
    this.#forget();
    this.#missed = 0;
    return text;
  }

  #forget(): void {
    this.#waiting = [];
    this.#waitingLength = 0;
  }
}

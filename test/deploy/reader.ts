import { setTimeout as pause } from "node:timers/promises";

/** Sends one request after the other. */
export class Reader {
  count = 0;
  readonly #statuses = new Set<number>();
  readonly #asked: Promise<void>;
  #isOver = false;

  constructor(url: string, init: RequestInit = {}) {
    this.#asked = this.#ask(url, init);
  }

  async #ask(url: string, init: RequestInit): Promise<void> {
    while (!this.#isOver) {
      const answer = await fetch(url, init);
      await answer.arrayBuffer();
      this.#statuses.add(answer.status);
      this.count += 1;
    }
  }

  /** Resolves when it has had so many answers; rejects if one could not be had. */
  async until(count: number): Promise<void> {
    while (this.count < count) await Promise.race([pause(10), this.#failed()]);
  }

  async #failed(): Promise<void> {
    await this.#asked;
    throw new Error("It has been stopped");
  }

  /** @returns every status that it got */
  async stop(): Promise<Set<number>> {
    this.#isOver = true;
    await this.#asked;
    return this.#statuses;
  }
}

/** Reads a stream of events. */
export class EventReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #text = "";

  constructor(answer: Response) {
    if (!answer.body) throw new Error(`It has no body: ${answer.status}`);
    this.#chunks = answer.body[Symbol.asyncIterator]();
  }

  /** Resolves when it has read this; rejects if the stream ends without it. */
  async until(part: string): Promise<void> {
    while (!this.#text.includes(part)) {
      const { done, value } = await this.#chunks.next();
      if (done) throw new Error(`The stream has ended: ${this.#text}`);
      this.#text += Buffer.from(value).toString();
    }
  }
}

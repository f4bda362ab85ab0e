import { setTimeout as pause } from "node:timers/promises";

/** Sends one GET after the other. */
export class Reader {
  count = 0;
  readonly #statuses = new Set<number>();
  readonly #asked: Promise<void>;
  #isOver = false;

  constructor(url: string) {
    this.#asked = this.#ask(url);
  }

  async #ask(url: string): Promise<void> {
    while (!this.#isOver) {
      const answer = await fetch(url);
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

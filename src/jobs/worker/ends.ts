import type { ToldEnd } from "../messages/worker-contract.ts";

/**
 * The longest wait of an end for others that are sent with it. With 1 ms there were twice as many
 * transactions, and a short job took a fifth more of CPU time.
 */
const longestWaitMs = 3;

/** Ends of attempts, on their way to the primary. Those of one moment are sent together. */
export class Ends {
  readonly #send: (number: number, ends: readonly ToldEnd[]) => void;
  #ends: ToldEnd[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastNumber = 0;
  /** Numbers of the messages that are not on disk yet. */
  readonly #unkept = new Set<number>();
  #allKept = Promise.withResolvers<void>();

  /** @param send sends them at once, as one message with this number */
  constructor(send: (number: number, ends: readonly ToldEnd[]) => void) {
    this.#send = send;
  }

  /** It leaves within 3 ms. */
  add(end: ToldEnd): void {
    this.#ends.push(end);
    this.#timer ??= setTimeout(() => this.flush(), longestWaitMs);
  }

  /** Sends what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#ends.length === 0) return;
    const ends = this.#ends;
    this.#ends = [];
    this.#unkept.add(++this.#lastNumber);
    this.#send(this.#lastNumber, ends);
  }

  /** The message with this number is on disk. */
  kept(number: number): void {
    this.#unkept.delete(number);
    if (this.#unkept.size === 0) this.#allKept.resolve();
  }

  /** Resolves when all that was added is on disk. */
  async allKept(): Promise<void> {
    this.flush();
    while (this.#unkept.size > 0) {
      this.#allKept = Promise.withResolvers();
      await this.#allKept.promise;
    }
  }
}

/** Collects what is said in one turn of the event loop, to send it as one message. */
export class Outbox<Item> {
  readonly #send: (items: readonly Item[], onSent?: () => void) => void;
  #items: Item[] = [];

  constructor(send: (items: readonly Item[], onSent?: () => void) => void) {
    this.#send = send;
  }

  post(item: Item): void {
    this.#items.push(item);
    if (this.#items.length === 1) setImmediate(() => this.flush());
  }

  /** Sends now. @param onSent is called when the items have left; not where there are none */
  flush(onSent?: () => void): void {
    const items = this.#items;
    if (items.length === 0) return;
    this.#items = [];
    this.#send(items, onSent);
  }

  clear(): void {
    this.#items = [];
  }
}

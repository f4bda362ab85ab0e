/** Collects what is sent in one turn of the event loop: it leaves as one message. */
export class Outbox<Item> {
  readonly #send: (items: readonly Item[], onSent?: () => void) => void;
  #items: Item[] = [];
  #flushDue: NodeJS.Immediate | undefined;

  constructor(send: (items: readonly Item[], onSent?: () => void) => void) {
    this.#send = send;
  }

  post(item: Item): void {
    this.#items.push(item);
    if (this.#items.length === 1) this.#flushDue = setImmediate(() => this.flush());
  }

  /** @param onSent is called when the items have left; never where there are none */
  flush(onSent?: () => void): void {
    const items = this.#items;
    if (items.length === 0) return;
    this.clear();
    this.#send(items, onSent);
  }

  /** Drops what was not sent yet. */
  clear(): void {
    this.#items = [];
    clearImmediate(this.#flushDue); // An immediate that does nothing would cost a turn of the loop.
  }
}

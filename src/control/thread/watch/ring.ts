/** Something that was told, as JSON text. */
export interface Told {
  /** Ms since 1970. */
  readonly at: number;
  readonly text: string;
}

export interface RingLimits {
  readonly mostMs: number;
  readonly mostItems: number;
  readonly mostCharacters: number;
}

/** The latest of what was told, within limits. */
export class Ring {
  readonly #limits: RingLimits;
  #items: Told[] = [];
  /** Items before this one are forgotten. */
  #from = 0;
  #characters = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  add(item: Told): void {
    this.#items.push(item);
    this.#characters += item.text.length;
    this.#forget(item.at);
  }

  /** @param now ms since 1970 */
  read(now: number): readonly Told[] {
    this.#forget(now);
    return this.#items.slice(this.#from);
  }

  clear(): void {
    this.#items = [];
    this.#from = 0;
    this.#characters = 0;
  }

  #forget(now: number): void {
    const { mostMs, mostItems, mostCharacters } = this.#limits;
    for (;;) {
      const oldest = this.#items[this.#from];
      if (!oldest) break;
      const isWithin =
        now - oldest.at <= mostMs &&
        this.#items.length - this.#from <= mostItems &&
        this.#characters <= mostCharacters;
      if (isWithin) break;
      this.#characters -= oldest.text.length;
      this.#from++;
    }
    // Moved together now and then: each item is moved at most once for one that was forgotten.
    if (this.#from * 2 <= this.#items.length) return;
    this.#items = this.#items.slice(this.#from);
    this.#from = 0;
  }
}

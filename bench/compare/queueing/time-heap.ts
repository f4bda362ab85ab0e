/** Things in the order of their times: the earliest first. A change takes log n steps. */
export class TimeHeap {
  readonly #times: number[] = [];
  readonly #things: number[] = [];

  get size(): number {
    return this.#times.length;
  }

  /** The earliest time. Infinite if there is none. */
  get earliest(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY;
  }

  /** What has the earliest time. */
  get first(): number {
    return this.#things[0] ?? 0;
  }

  push(time: number, thing = 0): void {
    let at = this.#times.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#timeAt(parent) <= time) break;
      this.#copy(parent, at);
      at = parent;
    }
    this.#put(at, time, thing);
  }

  /** Takes the first one out. */
  pop(): void {
    const [time, thing] = [this.#times.pop(), this.#things.pop()];
    if (time !== undefined && thing !== undefined && this.size > 0) this.#sink(time, thing);
  }

  /** The first one gets another time. */
  postpone(time: number): void {
    this.#sink(time, this.first);
  }

  /** Puts this one in the place of the first, and then where it belongs. */
  #sink(time: number, thing: number): void {
    let at = 0;
    for (let child = 1; child < this.size; child = 2 * at + 1) {
      const least = this.#timeAt(child + 1) < this.#timeAt(child) ? child + 1 : child;
      if (this.#timeAt(least) >= time) break;
      this.#copy(least, at);
      at = least;
    }
    this.#put(at, time, thing);
  }

  #timeAt(place: number): number {
    return this.#times[place] ?? Number.POSITIVE_INFINITY;
  }

  #copy(from: number, to: number): void {
    this.#put(to, this.#timeAt(from), this.#things[from] ?? 0);
  }

  #put(place: number, time: number, thing: number): void {
    this.#times[place] = time;
    this.#things[place] = thing;
  }
}

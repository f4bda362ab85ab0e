interface Node<Value> {
  value: Value | undefined;
  previous: Node<Value>;
  next: Node<Value>;
}

/**
 * First in, first out, with removal from the middle: a doubly linked ring around a sentinel.
 * A `Set` would take fewer lines. But to find its first member takes time in proportion to the
 * members that were deleted before.
 */
export class Lane<Value> {
  readonly #sentinel: Node<Value>;
  #length = 0;

  constructor() {
    const sentinel = { value: undefined } as Node<Value>;
    sentinel.previous = sentinel;
    sentinel.next = sentinel;
    this.#sentinel = sentinel;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * @returns a function that removes the value again, in constant time; a second call does nothing
   */
  push(value: Value): () => void {
    return this.#insert(value, this.#sentinel);
  }

  /**
   * Puts a value in front of the first one that is later than it. At the end of a lane this takes
   * constant time.
   *
   * @param isLater whether the other value is later
   * @returns as `push` does
   */
  insert(value: Value, isLater: (other: Value) => boolean): () => void {
    const { last } = this;
    if (last === undefined || !isLater(last)) return this.push(value);
    let next = this.#sentinel.next;
    while (next.value !== undefined && !isLater(next.value)) next = next.next;
    return this.#insert(value, next);
  }

  /** The oldest value; undefined where the lane is empty. */
  get first(): Value | undefined {
    return this.#sentinel.next.value;
  }

  /** The value at the end; undefined where the lane is empty. */
  get last(): Value | undefined {
    return this.#sentinel.previous.value;
  }

  /** Oldest first. The lane must not change meanwhile. */
  *[Symbol.iterator](): Generator<Value, void> {
    for (let node = this.#sentinel.next; node.value !== undefined; node = node.next) {
      yield node.value;
    }
  }

  #insert(value: Value, next: Node<Value>): () => void {
    const node: Node<Value> = { value, previous: next.previous, next };
    next.previous.next = node;
    next.previous = node;
    this.#length++;
    return () => this.#remove(node);
  }

  #remove(node: Node<Value>): void {
    if (node.value === undefined) return;
    node.previous.next = node.next;
    node.next.previous = node.previous;
    node.value = undefined;
    this.#length--;
  }
}

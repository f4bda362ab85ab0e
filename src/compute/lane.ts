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
    const last = this.#sentinel.previous;
    const node: Node<Value> = { value, previous: last, next: this.#sentinel };
    last.next = node;
    this.#sentinel.previous = node;
    this.#length++;
    return () => this.#remove(node);
  }

  /** The oldest value; undefined where the lane is empty. */
  get first(): Value | undefined {
    return this.#sentinel.next.value;
  }

  #remove(node: Node<Value>): void {
    if (node.value === undefined) return;
    node.previous.next = node.next;
    node.next.previous = node.previous;
    node.value = undefined;
    this.#length--;
  }
}

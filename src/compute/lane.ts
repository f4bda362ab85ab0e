/** A place in a lane; `leave` gives it up in constant time, wherever in the lane it is. */
export interface Place<Value> {
  readonly value: Value;
  leave(): void;
}

interface Node<Value> {
  value: Value | undefined;
  previous: Node<Value>;
  next: Node<Value>;
}

/**
 * First in, first out, with removal from the middle: a doubly linked ring around a sentinel.
 * A `Set` would do the same in fewer lines, but finding its first member after many deletions
 * takes time in proportion to them.
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

  push(value: Value): Place<Value> {
    const last = this.#sentinel.previous;
    const node: Node<Value> = { value, previous: last, next: this.#sentinel };
    last.next = node;
    this.#sentinel.previous = node;
    this.#length++;
    return { value, leave: () => this.#remove(node) };
  }

  /** The one that has been in it for longest; undefined where the lane is empty. */
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

import type { Line } from "./line.ts";

/**
 * Lines by their turn: the first in one step, a change in log n. A group that gets more running jobs
 * does not touch its lines, which may be many: a line sinks to its place when it comes to the top.
 */
export class LineHeap {
  readonly #lines: Line[] = [];
  #jobs = 0;

  get size(): number {
    return this.#lines.length;
  }

  /** How many jobs wait in these lines. */
  get jobs(): number {
    return this.#jobs;
  }

  /** The line whose turn it is. */
  first(): Line | undefined {
    let top = this.#lines[0];
    while (top && this.#lines.length > 1 && isOutOfDate(top)) {
      top.running = top.group.running;
      top.turn = top.group.turn;
      if (top.running > 0) top.group.raised.add(top);
      this.#sink(top);
      top = this.#lines[0];
    }
    return top;
  }

  push(line: Line): void {
    line.at = this.#lines.push(line) - 1;
    this.#jobs += line.count;
    this.rise(line);
  }

  remove(line: Line): void {
    const last = this.#lines.pop() as Line;
    this.#jobs -= line.count;
    if (last !== line) {
      this.#put(last, line.at);
      this.rise(last);
      this.#sink(last);
    }
    line.at = -1;
  }

  /** A line in the heap has this many jobs more, or fewer. */
  changed(by: number): void {
    this.#jobs += by;
  }

  /** The line may have become lower. */
  rise(line: Line): void {
    while (line.at > 0) {
      const parent = this.#lines[(line.at - 1) >> 1] as Line;
      if (!isBefore(line, parent)) return;
      const { at } = parent;
      this.#put(parent, line.at);
      this.#put(line, at);
    }
  }

  #sink(line: Line): void {
    for (;;) {
      const left = this.#lines[2 * line.at + 1];
      const right = this.#lines[2 * line.at + 2];
      const child = left && right && isBefore(right, left) ? right : left;
      if (!child || !isBefore(child, line)) return;
      const { at } = child;
      this.#put(child, line.at);
      this.#put(line, at);
    }
  }

  #put(line: Line, at: number): void {
    this.#lines[at] = line;
    line.at = at;
  }
}

function isOutOfDate({ running, turn, group }: Line): boolean {
  return running !== group.running || turn !== group.turn;
}

function isBefore(one: Line, other: Line): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority;
  return one.running !== other.running ? one.running < other.running : one.turn < other.turn;
}

/**
 * The rows that the runs of a worker are drawn in. Each run gets the lowest free one, also if it takes
 * several slots. So runs of one slot have as many rows as there are slots.
 */
export class Rows {
  readonly #taken: boolean[] = [];

  take(): number {
    const free = this.#taken.indexOf(false);
    const row = free < 0 ? this.#taken.length : free;
    this.#taken[row] = true;
    return row;
  }

  giveBack(row: number): void {
    this.#taken[row] = false;
  }
}

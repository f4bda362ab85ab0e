import type { SeenLife } from "./piece.ts";
import { Row } from "./row.ts";

/**
 * The rows of one worker. Lives that follow one another share them. While two lives are in one place,
 * in a reload, each has a track of its own.
 */
export class Track {
  readonly worker: number;
  readonly lives: SeenLife[];
  readonly #rows: Row[];

  constructor(life: SeenLife, earlier: readonly SeenLife[] = [], rows: readonly Row[] = []) {
    this.worker = life.worker;
    this.lives = [...earlier, life];
    this.#rows = [...rows];
  }

  /** As it is now: what comes and what is forgotten later does not change it. */
  copy(): Track {
    const rows = this.rows.map((row) => row.copy());
    return new Track(this.life, this.lives.slice(0, -1), rows);
  }

  /** The one that is in the place, or was last. */
  get life(): SeenLife {
    return this.lives.at(-1) as SeenLife; // The constructor puts the first one in.
  }

  /** As many as the life has slots, and as many as something was seen in. */
  get rows(): readonly Row[] {
    if (this.#rows.length < this.life.slots) this.rowAt(this.life.slots - 1);
    return this.#rows;
  }

  get isOver(): boolean {
    return this.life.endedAt !== null;
  }

  rowAt(index: number): Row {
    while (this.#rows.length <= index) this.#rows.push(new Row());
    return this.#rows[index] as Row;
  }

  /** @returns whether there is still something to see */
  forget(before: number): boolean {
    for (const row of this.#rows) row.forget(before);
    const used = this.#rows.findLastIndex(({ pieces }) => pieces.length > 0) + 1;
    this.#rows.length = Math.max(
      used,
      this.isOver ? 0 : Math.min(this.life.slots, this.#rows.length),
    );
    return !this.isOver || used > 0 || (this.life.endedAt ?? 0) >= before;
  }
}

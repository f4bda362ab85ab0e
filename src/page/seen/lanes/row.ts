import type { Piece } from "./piece.ts";

/** The pieces of one slot, by their begin. None begins before the one before it has ended. */
export class Row {
  readonly pieces: Piece[];

  constructor(pieces: readonly Piece[] = []) {
    this.pieces = [...pieces];
  }

  copy(): Row {
    return new Row(this.pieces);
  }

  /** @param piece mostly the newest one */
  add(piece: Piece): void {
    const index = this.#countBegunBy(piece.from);
    this.pieces.splice(index, 0, piece);
    const before = this.pieces[index - 1];
    if (before?.kind === "run" && before.to === null) {
      // The slot was free by then. The page has missed the end.
      before.to = piece.from;
      before.isLost = true;
    }
  }

  /** Those that can be seen in the time from `from` to `to`. */
  between(from: number, to: number): readonly Piece[] {
    let first = this.#countBegunBy(from);
    while (first > 0 && endOf(this.pieces[first - 1]) > from) first--;
    return this.pieces.slice(first, this.#countBegunBy(to));
  }

  /** Forgets what ended before. */
  forget(before: number): void {
    const kept = this.pieces.findIndex((piece) => endOf(piece) >= before);
    this.pieces.splice(0, kept === -1 ? this.pieces.length : kept);
  }

  #countBegunBy(time: number): number {
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { from } = this.pieces[middle] as Piece;
      if (from <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function endOf(piece: Piece | undefined): number {
  return piece?.to ?? Number.POSITIVE_INFINITY;
}

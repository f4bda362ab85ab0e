/** Which piece is meant: by a pointer, or by the arrow keys. */
import type { Piece } from "../../seen/lanes/piece.ts";
import type { Geometry, PlacedRow, TimeScale } from "./geometry.ts";

/** A pointer may be this far from a short run. */
const reachPx = 6;

/** The piece at a point of the canvas, or the nearest one in reach. */
export function pieceAt(
  geometry: Geometry,
  scale: TimeScale,
  point: { readonly x: number; readonly y: number },
): Piece | undefined {
  const placed = geometry.rows.find(
    ({ top, height }) => point.y >= top - 1 && point.y <= top + height + 1,
  );
  if (!placed || point.x < geometry.left) return undefined;
  const time = scale.timeAt(point.x);
  const reachMs = scale.timeAt(point.x + reachPx) - time;
  const near = placed.row.between(
    Math.max(scale.from, time - reachMs),
    Math.min(scale.until, time + reachMs),
  );
  return nearestTo(time, near);
}

export type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End";

/**
 * The piece that an arrow key leads to. Without one that is chosen, it is the newest one.
 *
 * @returns the same one where there is none further
 */
export function walk(
  rows: readonly PlacedRow[],
  scale: TimeScale,
  chosen: Piece | undefined,
  key: Arrow,
): Piece | undefined {
  const seen = rows.map(({ row }) => row.between(scale.from, scale.until));
  const at = seen.findIndex((pieces) => chosen !== undefined && pieces.includes(chosen));
  const pieces = seen[at];
  if (!chosen || !pieces) return newestOf(seen.flat());
  if (key === "ArrowUp" || key === "ArrowDown") {
    const step = key === "ArrowUp" ? -1 : 1;
    for (let next = at + step; seen[next]; next += step) {
      const found = nearestTo(middleOf(chosen, scale.until), seen[next] ?? []);
      if (found) return found;
    }
    return chosen;
  }
  const index = pieces.indexOf(chosen);
  const next = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: pieces.length - 1 }[
    key
  ];
  return pieces[next] ?? chosen;
}

function nearestTo(time: number, pieces: readonly Piece[]): Piece | undefined {
  const distanceOf = ({ from, to }: Piece) =>
    Math.max(from - time, time - (to ?? Number.POSITIVE_INFINITY), 0);
  let nearest: Piece | undefined;
  for (const piece of pieces) {
    if (!nearest || distanceOf(piece) < distanceOf(nearest)) nearest = piece;
  }
  return nearest;
}

function newestOf(pieces: readonly Piece[]): Piece | undefined {
  return pieces.reduce<Piece | undefined>(
    (newest, piece) => (newest && newest.from >= piece.from ? newest : piece),
    undefined,
  );
}

function middleOf({ from, to }: Piece, until: number): number {
  return (from + (to ?? until)) / 2;
}

/** Where the lanes are on their canvas. All lengths are CSS pixels; times are the server's, in ms. */
import type { Row } from "../../seen/lanes/row.ts";
import type { Track } from "../../seen/lanes/track.ts";

/** Above the rows: the labels of what happened. Below them: the time. */
export const ticksPx = 20;
export const axisPx = 22;
const betweenTracksPx = 12;
const betweenRowsPx = 3;
/** Under each block: how long it waited. */
export const waitPx = 3;

/** A row on the canvas. */
export interface PlacedRow {
  readonly track: Track;
  readonly row: Row;
  /** In its track, from 0. */
  readonly index: number;
  readonly top: number;
  readonly height: number;
}

export interface Geometry {
  readonly rows: readonly PlacedRow[];
  /** Left of it are the names of the rows. */
  readonly left: number;
  readonly right: number;
  readonly height: number;
}

/** Many rows are flat, so that the lanes of a large machine fit a screen. */
export function placeRows(tracks: readonly Track[], width: number): Geometry {
  const count = tracks.reduce((sum, { rows }) => sum + rows.length, 0);
  const height = heightOfRow(count);
  const rows: PlacedRow[] = [];
  let top = ticksPx;
  for (const track of tracks) {
    for (const [index, row] of track.rows.entries()) {
      rows.push({ track, row, index, top, height });
      top += height + betweenRowsPx;
    }
    top += betweenTracksPx;
  }
  const left = width < 600 ? 58 : 150;
  return { rows, left, right: width - 1, height: Math.max(top, ticksPx + 60) + axisPx };
}

function heightOfRow(count: number): number {
  if (count <= 8) return 30;
  if (count <= 16) return 22;
  return count <= 32 ? 15 : 10;
}

/** Which stretch of time is shown. */
export interface TimeWindow {
  /** At the right edge. */
  readonly until: number;
  readonly spanMs: number;
}

/**
 * Where times are on the screen. Positions are whole pixels of the device, and the whole picture moves by
 * such: so a block keeps its width while it moves.
 */
export class TimeScale {
  readonly from: number;
  readonly until: number;
  /** Of a pixel of the device. */
  readonly stepMs: number;
  readonly #right: number;
  readonly #ratio: number;
  readonly #lastStep: number;

  constructor({ until, spanMs }: TimeWindow, { left, right }: Geometry, ratio: number) {
    this.stepMs = spanMs / Math.max(1, (right - left) * ratio);
    this.#lastStep = Math.floor(until / this.stepMs);
    this.until = until;
    this.from = until - spanMs;
    this.#right = right;
    this.#ratio = ratio;
  }

  /** Two windows with the same step look the same. */
  get step(): number {
    return this.#lastStep;
  }

  xOf(time: number): number {
    return this.#right - (this.#lastStep - Math.floor(time / this.stepMs)) / this.#ratio;
  }

  timeAt(x: number): number {
    return this.until - (this.#right - x) * this.#ratio * this.stepMs;
  }
}

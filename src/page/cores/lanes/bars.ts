/** What of a row is drawn, and where. */
import {
  acceptedAtOf,
  busyShareOf,
  hasFailed,
  laneOf,
  type Piece,
  taskOf,
} from "../../seen/lanes/piece.ts";
import type { Row } from "../../seen/lanes/row.ts";
import type { TimeScale } from "./geometry.ts";

/** A block of one run, or a bar of several that are too short to be drawn apart. */
export interface Bar {
  readonly task: string;
  readonly lane: "live" | "jobs";
  readonly left: number;
  right: number;
  /** The part of its width in which something ran: 0 to 1. 1 for a single run. */
  share: number;
  hasFailed: boolean;
  /** Null for runs that are drawn together. */
  readonly piece: Piece | null;
}

/** A stretch of time in which some run of the row waited. */
export interface Wait {
  readonly left: number;
  right: number;
}

export interface DrawnRow {
  readonly bars: readonly Bar[];
  readonly waits: readonly Wait[];
}

/** Single runs that are narrower are drawn together with their neighbours. */
const leastPx = 3;
/** A gap up to this is drawn as less of a share. */
const gapPx = 2;

export function drawRow(row: Row, scale: TimeScale): DrawnRow {
  const bars: Bar[] = [];
  const waits: Wait[] = [];
  for (const piece of row.between(scale.from, scale.until)) {
    const from = Math.max(piece.from, scale.from);
    const left = scale.xOf(from);
    const right = scale.xOf(Math.min(piece.to ?? scale.until, scale.until));
    addWait(waits, scale.xOf(Math.max(acceptedAtOf(piece), scale.from)), left);
    if (piece.kind === "run" && right - left < leastPx) addShort(bars, piece, left, right);
    else bars.push(barOf(piece, left, right, busyShareOf(piece), piece));
  }
  return { bars, waits };
}

function barOf(piece: Piece, left: number, right: number, share: number, of: Piece | null): Bar {
  const shown = { task: taskOf(piece), lane: laneOf(piece), hasFailed: hasFailed(piece) };
  return { ...shown, left, right, share, piece: of };
}

function addShort(bars: Bar[], piece: Piece, left: number, right: number): void {
  const last = bars.at(-1);
  const end = Math.max(right, left + 1);
  const joins =
    last?.piece === null &&
    last.task === taskOf(piece) &&
    last.lane === laneOf(piece) &&
    left - last.right <= gapPx;
  if (!joins) {
    bars.push(barOf(piece, left, end, 1, null));
    return;
  }
  const busyPx = last.share * (last.right - last.left) + (right - left);
  last.right = Math.max(last.right, end);
  last.share = Math.min(1, busyPx / (last.right - last.left));
  last.hasFailed ||= hasFailed(piece);
}

function addWait(waits: Wait[], left: number, right: number): void {
  if (right - left < 1) return;
  const last = waits.at(-1);
  if (last && left <= last.right + 1) last.right = Math.max(last.right, right);
  else waits.push({ left, right });
}

import type { Bar } from "./bars.ts";
import { type PlacedRow, waitPx } from "./geometry.ts";
import { type Palette, readableOn, seriesColour } from "./palette.ts";
import type { Scene } from "./scene.ts";

/** Narrower bars have their colour only. */
const leastPatternPx = 7;
const leastNamePx = 46;
const markPx = 6;

/** Draws one bar in its row. Jobs have a stripe, borrowed runs a notch, failed ones a cross. */
export function drawBar(
  context: CanvasRenderingContext2D,
  bar: Bar,
  { top, height: rowHeight }: Pick<PlacedRow, "top" | "height">,
  { tasks, palette, patterns }: Scene,
): void {
  const { left, piece, share, lane, hasFailed } = bar;
  const height = rowHeight - waitPx;
  const place = tasks.indexOf(bar.task);
  const colour = seriesColour(palette, place);
  // A pixel between two runs, so that they can be told apart.
  const gap = piece?.kind === "run" && bar.right - left > 3 ? 1 : 0;
  const width = Math.max(1, bar.right - left - gap);
  const isRunning = piece?.to === null;
  const filled = Math.max(1, Math.round(height * share));

  if (share < 1) {
    context.globalAlpha = 0.22;
    context.fillStyle = colour;
    context.fillRect(left, top, width, height);
    context.globalAlpha = 1;
  }
  context.fillStyle = colour;
  context.globalAlpha = hasFailed ? 0.45 : isRunning ? 0.8 : 1;
  context.fillRect(left, top + height - filled, width, filled);
  context.globalAlpha = 1;
  const pattern = patterns[place % patterns.length];
  if (pattern && width >= leastPatternPx) {
    context.save();
    context.translate(left, top);
    context.fillStyle = pattern;
    context.fillRect(0, height - filled, width, filled);
    context.restore();
  }
  if (lane === "jobs") {
    context.fillStyle = palette.paper;
    context.fillRect(left, top + Math.round(height / 6), width, 2);
  }
  if (piece?.kind === "run" && piece.run.isBorrowed) drawNotch(context, left, top, height, palette);
  if (hasFailed) drawCross(context, bar, top, height, palette);
  else nameBar(context, bar, top, height, colour);
}

/** It came from the worker whose client waits for it. */
function drawNotch(
  context: CanvasRenderingContext2D,
  left: number,
  top: number,
  height: number,
  { paper }: Palette,
): void {
  context.fillStyle = paper;
  context.beginPath();
  context.moveTo(left, top + height / 2 - markPx);
  context.lineTo(left + markPx, top + height / 2);
  context.lineTo(left, top + height / 2 + markPx);
  context.fill();
}

function drawCross(
  context: CanvasRenderingContext2D,
  { left, right }: Bar,
  top: number,
  height: number,
  { bad }: Palette,
): void {
  const middle = (left + right) / 2;
  const arm = Math.min(4, height / 3);
  context.strokeStyle = bad;
  context.lineWidth = 2;
  context.strokeRect(left + 1, top + 1, Math.max(1, right - left - 3), height - 2);
  context.beginPath();
  context.moveTo(middle - arm, top + height / 2 - arm);
  context.lineTo(middle + arm, top + height / 2 + arm);
  context.moveTo(middle + arm, top + height / 2 - arm);
  context.lineTo(middle - arm, top + height / 2 + arm);
  context.stroke();
}

/** The task's name, or the number of runs: where there is room. */
function nameBar(
  context: CanvasRenderingContext2D,
  { piece, task, left, right, lane }: Bar,
  top: number,
  height: number,
  colour: string,
): void {
  if (height < 14 || right - left < leastNamePx || !piece) return;
  const text = piece.kind === "group" ? `${piece.group.count} × ${task}` : task;
  const width = context.measureText(text).width;
  if (width + 14 > right - left) return;
  const y = top + height / 2 + (lane === "jobs" ? 3 : 1);
  context.fillStyle = colour;
  context.fillRect(left + 4, y - 8, width + 6, 16); // Calm ground under the letters.
  context.fillStyle = readableOn(colour);
  context.fillText(text, left + 7, y);
}

export function outlineBar(
  context: CanvasRenderingContext2D,
  left: number,
  right: number,
  { top, height }: Pick<PlacedRow, "top" | "height">,
  { ink, paper }: Palette,
): void {
  const width = Math.max(3, right - left);
  context.lineWidth = 4;
  context.strokeStyle = paper;
  context.strokeRect(left - 1, top - 1, width + 1, height - waitPx + 2);
  context.lineWidth = 2;
  context.strokeStyle = ink;
  context.strokeRect(left - 1, top - 1, width + 1, height - waitPx + 2);
}

/** Draws the lanes. What is where was decided before (geometry.ts, bars.ts). */
import { drawRow } from "./bars.ts";
import { isBadTick, nameTick } from "./describe.ts";
import { drawBar, outlineBar } from "./draw-bar.ts";
import { axisPx, type PlacedRow, ticksPx, waitPx } from "./geometry.ts";
import type { Scene } from "./scene.ts";

const axisStepsMs = [1000, 2000, 5000, 10_000, 20_000];

const font = "12px system-ui, sans-serif";

export function drawLanes(context: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette } = scene;
  context.font = font;
  context.textBaseline = "middle";
  context.fillStyle = palette.paper;
  context.fillRect(0, 0, geometry.right + 1, geometry.height);
  drawAxis(context, scene);
  for (const placed of geometry.rows) {
    nameRow(context, placed, scene);
    fillRow(context, placed, scene);
  }
  drawTicks(context, scene);
}

function nameRow(context: CanvasRenderingContext2D, placed: PlacedRow, scene: Scene): void {
  const { track, index, top, height } = placed;
  const { geometry, palette } = scene;
  const middle = top + height / 2;
  const isNarrow = geometry.left < 100;
  context.fillStyle = palette.ink;
  if (index === 0) {
    const { worker, life } = track;
    context.font = `600 ${font}`;
    const name = isNarrow ? `w${worker}` : `worker ${worker}`;
    context.fillText(name, 0, middle);
    const after = context.measureText(name).width + 7;
    context.font = font;
    context.fillStyle = palette.soft;
    if (!isNarrow)
      context.fillText(track.isOver ? "ended" : `pid ${life.pid ?? "?"}`, after, middle);
  }
  if (track.rows.length === 1 || height < 12) return;
  context.fillStyle = palette.soft;
  context.textAlign = "right";
  context.fillText(String(index + 1), geometry.left - 8, middle);
  context.textAlign = "left";
}

function fillRow(context: CanvasRenderingContext2D, placed: PlacedRow, scene: Scene): void {
  const { geometry, scale, palette, chosen } = scene;
  const { top, height, row } = placed;
  const { left, right } = geometry;
  context.fillStyle = palette.wash;
  context.fillRect(left, top, right - left, height);
  context.save();
  context.beginPath();
  context.rect(left, top - 4, right - left + 1, height + 8);
  context.clip();
  const { bars, waits } = drawRow(row, scale);
  context.fillStyle = palette.soft;
  for (const wait of waits) {
    context.fillRect(wait.left, top + height - waitPx + 1, wait.right - wait.left, waitPx - 1);
  }
  for (const bar of bars) drawBar(context, bar, placed, scene);
  const marked = bars.find(({ piece }) => piece !== null && piece === chosen);
  if (marked) outlineBar(context, marked.left, marked.right, placed, palette);
  else if (chosen && row.pieces.includes(chosen)) {
    const end = scale.xOf(chosen.to ?? scale.until);
    outlineBar(context, scale.xOf(chosen.from), end, placed, palette);
  }
  context.restore();
}

/** Seconds before now, and a line at each. */
function drawAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, spanMs, palette } = scene;
  const { left, right, height } = geometry;
  const bottom = height - axisPx;
  const mostLabels = (right - left) / 70;
  const stepMs = axisStepsMs.find((step) => spanMs / step <= mostLabels) ?? spanMs;
  context.textAlign = "right";
  for (let agoMs = 0; agoMs < spanMs; agoMs += stepMs) {
    const x = right - Math.round(((right - left) * agoMs) / spanMs);
    context.fillStyle = palette.line;
    context.fillRect(x, ticksPx - 4, 1, bottom - ticksPx + 6);
    context.fillStyle = palette.soft;
    context.fillText(agoMs === 0 ? "now" : `−${agoMs / 1000} s`, x, bottom + axisPx / 2 + 2);
  }
  context.textAlign = "left";
}

/** Lines where something happened, and their names above, as far as there is room. */
function drawTicks(context: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, scale, ticks, palette } = scene;
  /** Where the text before ends, by its height on the canvas. */
  const ends = new Map<number, number>();
  for (const tick of ticks) {
    const x = scale.xOf(tick.mark.at);
    if (x < geometry.left || x > geometry.right) continue;
    const rows = geometry.rows.filter(
      ({ track }) => tick.life === null || track.lives.includes(tick.life),
    );
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last) continue;
    const isBad = isBadTick(tick);
    context.fillStyle = isBad ? palette.bad : palette.soft;
    context.fillRect(x, first.top - 4, isBad ? 2 : 1, last.top + last.height - first.top + 8);
    const y = first.top - 8;
    const text = `${isBad ? "✕ " : ""}${nameTick(tick)}`;
    const width = context.measureText(text).width;
    const start = Math.min(x, geometry.right - width);
    if (start < (ends.get(y) ?? 0)) continue;
    ends.set(y, start + width + 10);
    context.fillStyle = palette.paper;
    context.fillRect(start - 2, y - 7, width + 4, 14);
    context.fillStyle = isBad ? palette.bad : palette.soft;
    context.fillText(text, start, y);
  }
}

import { type Markup, markup, type Piece } from "../text/markup.ts";
import type { Marker, SeriesStyle } from "./palette.ts";

/** The space for a chart. Each is drawn for a wide page and for a phone. */
export interface Frame {
  /** Unique in the page. */
  readonly id: string;
  /** In pixels. */
  readonly width: number;
  readonly narrow: boolean;
}

/** Words for readers who do not see the chart. */
export interface Words {
  readonly title: string;
  readonly description: string;
}

export function drawSvg(
  { id, width }: Frame,
  height: number,
  { title, description }: Words,
  body: Piece,
): Markup {
  const box = `0 0 ${width} ${roundPlace(height)}`;
  return markup`<svg viewBox="${box}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>
${body}</svg>`;
}

/** A coordinate, to a tenth of a pixel. */
export function roundPlace(value: number): number {
  return Math.round(value * 10) / 10;
}

export function drawLine(x1: number, y1: number, x2: number, y2: number, kind: string): Markup {
  return markup`<line class="${kind}" x1="${roundPlace(x1)}" y1="${roundPlace(y1)}" x2="${roundPlace(x2)}" y2="${roundPlace(y2)}"/>
`;
}

export function drawText(
  x: number,
  y: number,
  text: string,
  { anchor = "start", kind = "" }: { readonly anchor?: string; readonly kind?: string } = {},
): Markup {
  return markup`<text x="${roundPlace(x)}" y="${roundPlace(y)}" text-anchor="${anchor}" class="${kind}">${text}</text>
`;
}

/** The mark of a series at one point. Hollow if the value is not valid. */
export function drawMark(
  shape: Marker,
  x: number,
  y: number,
  { colour, hollow = false, radius = 3.8 }: MarkLook,
): Markup {
  const look = markup`class="mark" fill="${hollow ? "var(--paper)" : colour}" stroke="${colour}" stroke-width="1.5"`;
  const at = (dx: number, dy: number) =>
    `${roundPlace(x + dx * radius)},${roundPlace(y + dy * radius)}`;
  switch (shape) {
    case "circle":
      return markup`<circle ${look} cx="${roundPlace(x)}" cy="${roundPlace(y)}" r="${radius}"/>`;
    case "square":
      return markup`<path ${look} d="M${at(-0.9, -0.9)} ${at(0.9, -0.9)} ${at(0.9, 0.9)} ${at(-0.9, 0.9)}Z"/>`;
    case "triangle":
      return markup`<path ${look} d="M${at(0, -1.2)} ${at(1.1, 0.8)} ${at(-1.1, 0.8)}Z"/>`;
    case "diamond":
      return markup`<path ${look} d="M${at(0, -1.25)} ${at(1.25, 0)} ${at(0, 1.25)} ${at(-1.25, 0)}Z"/>`;
  }
}

interface MarkLook {
  readonly colour: string;
  readonly hollow?: boolean;
  readonly radius?: number;
}

export function colourOf({ hue }: SeriesStyle): string {
  return `var(--s${hue})`;
}

/** Names the series of a chart and shows their looks. */
export function renderLegend(
  series: readonly { readonly name: string; readonly style: SeriesStyle }[],
): Markup {
  return markup`<ul class="legend">${series.map(({ name, style }) => markup`<li>${drawSwatch(style)}${name}</li>`)}</ul>`;
}

/** A piece of a series' line, with its mark. */
export function drawSwatch(style: SeriesStyle): Markup {
  const colour = colourOf(style);
  return markup`<svg width="30" height="10" viewBox="0 0 30 10" aria-hidden="true"><line x1="0" y1="5" x2="30" y2="5" stroke="${colour}" stroke-width="2" stroke-dasharray="${style.dash.join(" ")}"/>${drawMark(style.marker, 15, 5, { colour, radius: 3.4 })}</svg>`;
}

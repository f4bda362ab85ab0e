import type { Frame } from "./svg/drawing.ts";
import { renderTable, type Table } from "./table.ts";
import { type Markup, markup, type Piece } from "./text/markup.ts";

export interface Figure {
  /** Unique in the page. */
  readonly id: string;
  /** One or two sentences: what to see in it. */
  readonly see: Piece;
  /** How it was measured, and how to read the marks. */
  readonly how: Piece;
  readonly legend?: Piece;
  /** Drawn for a wide page and for a phone; or ready-made. */
  readonly chart: ((frame: Frame) => Markup) | Markup;
  /** The same numbers. */
  readonly table: Table;
}

const wide = 860;
const narrow = 358;

export function renderFigure({ id, see, how, legend, chart, table }: Figure): Markup {
  return markup`<figure id="${id}">
<figcaption><p>${see}</p><p class="how">${how}</p></figcaption>
${legend ?? null}
${typeof chart === "function" ? drawBothWidths(id, chart) : chart}
<details><summary>The same numbers as a table</summary>${renderTable(table)}</details>
</figure>
`;
}

/** Draws a chart twice, for a wide page and for a phone. The style shows one of them. */
export function drawBothWidths(id: string, chart: (frame: Frame) => Markup): Markup {
  return markup`<div class="chart"><div class="wide">${chart({ id: `${id}-wide`, width: wide, narrow: false })}</div><div class="narrow">${chart({ id: `${id}-narrow`, width: narrow, narrow: true })}</div></div>`;
}

/** Stands in place of a chart without data. */
export function renderAbsence(sentence: Piece): Markup {
  return markup`<p class="absent">${sentence}</p>\n`;
}

import type { Frame } from "./svg/drawing.ts";
import { renderTable, type Table } from "./table.ts";
import { type Markup, markup, type Piece } from "./text/markup.ts";

export interface Figure {
  /** Unique in the page. */
  readonly id: string;
  /** A sentence or two: what to see in it. */
  readonly see: Piece;
  /** How it was measured, and how to read the marks. */
  readonly how: Piece;
  readonly legend?: Piece;
  /** Drawn once for a wide page and once for a phone; or ready-made. */
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

/** A chart that is drawn for a wide page and for a phone; the style shows one of them. */
export function drawBothWidths(id: string, chart: (frame: Frame) => Markup): Markup {
  return markup`<div class="chart"><div class="wide">${chart({ id: `${id}-wide`, width: wide, narrow: false })}</div><div class="narrow">${chart({ id: `${id}-narrow`, width: narrow, narrow: true })}</div></div>`;
}

/** In place of a chart whose data is missing. */
export function renderAbsence(sentence: Piece): Markup {
  return markup`<p class="absent">${sentence}</p>\n`;
}

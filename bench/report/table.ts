import { type Markup, markup, type Piece } from "./text/markup.ts";

export interface Table {
  /** Says what it holds. It also names the box that scrolls. */
  readonly caption: string;
  /** The first column names the row. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly Piece[])[];
  /** Columns that hold words, not numbers; the first always does. */
  readonly words?: readonly number[];
}

/** A table in a box that scrolls if the table is wider than the page. */
export function renderTable({ caption, head, rows, words = [] }: Table): Markup {
  const kind = (column: number) =>
    column === 0 || words.includes(column) ? markup` class="words"` : null;
  const cell = (piece: Piece, column: number) =>
    column === 0
      ? markup`<th scope="row" class="words">${piece}</th>`
      : markup`<td${kind(column)}>${piece}</td>`;
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${head.map((name, column) => markup`<th scope="col"${kind(column)}>${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table></div>`;
}

/** Stands beside a value that is not valid. */
export const stamp = markup`<span class="stamp">INVALID</span>`;

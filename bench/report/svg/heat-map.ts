import { type Markup, markup } from "../text/markup.ts";
import { drawSvg, drawText, type Frame, roundPlace, type Words } from "./drawing.ts";

export interface HeatMap extends Words {
  readonly rows: HeatAxis;
  readonly columns: HeatAxis;
  readonly cells: readonly HeatCell[];
}

export interface HeatAxis {
  readonly label: string;
  readonly values: readonly string[];
}

export interface HeatCell {
  readonly row: string;
  readonly column: string;
  readonly value: number;
  /** Written in the cell. */
  readonly text: string;
  readonly invalid?: boolean;
}

const step = 58;

/**
 * The stronger the colour, the nearer to the best cell. The best is framed. Each cell has its
 * number.
 */
export function drawHeatMap(frame: Frame, { rows, columns, cells, ...words }: HeatMap): Markup {
  const [left, top] = [64, 44];
  const cellWidth = Math.min(130, (frame.width - left - 2) / Math.max(1, columns.values.length));
  const best = Math.max(...cells.map(({ value }) => value));
  const drawn = cells.map((cell) => {
    const x = left + columns.values.indexOf(cell.column) * cellWidth;
    const y = top + rows.values.indexOf(cell.row) * step;
    const share = best > 0 ? (cell.value / best) ** 2 : 0;
    const box = markup`x="${roundPlace(x + 1)}" y="${y + 1}" width="${roundPlace(cellWidth - 2)}" height="${step - 2}" rx="2"`;
    const frameLook =
      cell.value === best ? markup` stroke="var(--s1)" stroke-width="2"` : markup` stroke="none"`;
    return markup`<rect class="mark" ${box} fill="var(--s1)" fill-opacity="${roundPlace(share * 5) / 10 + 0.05}"${frameLook}/>
${drawText(x + cellWidth / 2, y + step / 2 + (cell.invalid ? -2 : 5), cell.text, { anchor: "middle", kind: "strong" })}${
  cell.invalid
    ? drawText(x + cellWidth / 2, y + step / 2 + 14, "INVALID", { anchor: "middle", kind: "warn" })
    : null
}`;
  });
  return drawSvg(frame, top + rows.values.length * step + 6, words, [
    drawText(0, 12, rows.label, { kind: "soft" }),
    drawText(left, 12, columns.label, { kind: "soft" }),
    columns.values.map((value, index) =>
      drawText(left + (index + 0.5) * cellWidth, top - 9, value, { anchor: "middle" }),
    ),
    rows.values.map((value, index) =>
      drawText(left - 14, top + (index + 0.5) * step + 5, value, { anchor: "end" }),
    ),
    drawn,
  ]);
}

import { type Markup, markup } from "../text/markup.ts";
import { drawSvg, drawText, type Frame, roundPlace, type Words } from "./drawing.ts";

export interface ShareChart extends Words {
  readonly rows: readonly ShareRow[];
}

/** A whole and its parts, drawn as one bar. */
export interface ShareRow {
  readonly label: string;
  /** To the right: "68 % : 32 %". */
  readonly text: string;
  readonly parts: readonly { readonly name: string; readonly value: number }[];
}

const thickness = 18;

/** Bars of equal length, each divided into its parts. Ticks show where equal parts would end. */
export function drawShares(frame: Frame, { rows, ...words }: ShareChart): Markup {
  const pitch = frame.narrow ? 54 : 36;
  const labels = Math.max(0, ...rows.map((row) => row.label.length)) * 7.2 + 14;
  const texts = Math.max(0, ...rows.map((row) => row.text.length)) * 7.2 + 14;
  const left = frame.narrow ? 1 : Math.min(300, labels);
  const right = frame.narrow ? frame.width - 1 : frame.width - Math.min(240, texts);
  return drawSvg(
    frame,
    rows.length * pitch + 4,
    words,
    rows.map((row, index) => {
      const y = index * pitch + (frame.narrow ? 22 : 6);
      const textY = frame.narrow ? y - 8 : y + 14;
      return [
        drawText(0, textY, row.label),
        drawText(frame.width, textY, row.text, { anchor: "end", kind: "strong" }),
        drawParts(row, left, right, y),
      ];
    }),
  );
}

function drawParts({ parts }: ShareRow, left: number, right: number, y: number): Markup {
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  const scale = whole > 0 ? (right - left) / whole : 0;
  let x = left;
  const pieces = parts.map(({ name, value }, index) => {
    const width = value * scale;
    const piece = markup`<rect class="mark" x="${roundPlace(x)}" y="${y}" width="${roundPlace(Math.max(0, width - 1))}" height="${thickness}" fill="var(--s1)" fill-opacity="${index % 2 === 0 ? 0.75 : 0.35}"><title>${name}: ${value}</title></rect>`;
    x += width;
    return piece;
  });
  const equal = parts.slice(1).map((_, index) => {
    const at = roundPlace(left + ((right - left) * (index + 1)) / parts.length);
    return markup`<path class="axis" d="M${at} ${y - 3}v${thickness + 6}" stroke-dasharray="2 2"/>`;
  });
  return markup`${pieces}${equal}`;
}

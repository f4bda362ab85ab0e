import { type Markup, markup } from "../text/markup.ts";
import { dropZeros } from "../text/numbers.ts";
import { drawLine, drawText } from "./drawing.ts";
import type { Scale } from "./scales.ts";

/** The part of a drawing that has the values. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Vertical grid lines at the ticks of x, with their numbers below. */
export function drawXAxis(scale: Scale, area: Area, text: (value: number) => string): Markup {
  return markup`${thinOut(scale, area, text).map((tick) => {
    const x = scale.at(tick);
    const words = dropZeros(text(tick));
    // The last number must not stick out of the drawing.
    const middle = Math.min(x, area.right + margin - words.length * 3.4);
    return [
      drawLine(x, area.top, x, area.bottom, "grid"),
      drawText(middle, area.bottom + 17, words, { anchor: "middle", kind: "soft" }),
    ];
  })}`;
}

/** Least space that every drawing leaves to the right of its area. */
const margin = 12;

/** Horizontal grid lines at the ticks of y, with their numbers to the left. */
export function drawYAxis(scale: Scale, area: Area, text: (value: number) => string): Markup {
  return markup`${scale.ticks.map((tick) => {
    const y = scale.at(tick);
    return [
      drawLine(area.left, y, area.right, y, "grid"),
      drawText(area.left - 8, y + 4, dropZeros(text(tick)), { anchor: "end", kind: "soft" }),
    ];
  })}`;
}

/** Keeps only as many ticks as their numbers have room for. */
function thinOut(scale: Scale, area: Area, text: (value: number) => string): readonly number[] {
  const longest = Math.max(1, ...scale.ticks.map((tick) => dropZeros(text(tick)).length));
  const room = Math.max(2, Math.floor((area.right - area.left) / (longest * 6.5 + 12)));
  const every = Math.ceil(scale.ticks.length / room);
  return scale.ticks.filter((_, index) => index % every === 0);
}

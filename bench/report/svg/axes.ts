import { type Markup, markup } from "../text/markup.ts";
import { plain } from "../text/numbers.ts";
import { label, line } from "./drawing.ts";
import type { Scale } from "./scales.ts";

/** The part of a drawing in which the values are. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Grid lines upwards from the ticks of x, with their numbers below. */
export function xAxis(scale: Scale, area: Area, text: (value: number) => string): Markup {
  return markup`${apart(scale, area, text).map((tick) => {
    const x = scale.at(tick);
    const words = plain(text(tick));
    // The last number may not stand out of the drawing.
    const middle = Math.min(x, area.right + margin - words.length * 3.4);
    return [
      line(x, area.top, x, area.bottom, "grid"),
      label(middle, area.bottom + 17, words, { anchor: "middle", kind: "soft" }),
    ];
  })}`;
}

/** Least room that every drawing leaves to the right of its area. */
const margin = 12;

/** Grid lines to the right from the ticks of y, with their numbers to the left. */
export function yAxis(scale: Scale, area: Area, text: (value: number) => string): Markup {
  return markup`${scale.ticks.map((tick) => {
    const y = scale.at(tick);
    return [
      line(area.left, y, area.right, y, "grid"),
      label(area.left - 8, y + 4, plain(text(tick)), { anchor: "end", kind: "soft" }),
    ];
  })}`;
}

/** Only as many ticks as have room for their numbers. */
function apart(scale: Scale, area: Area, text: (value: number) => string): readonly number[] {
  const longest = Math.max(1, ...scale.ticks.map((tick) => plain(text(tick)).length));
  const room = Math.max(2, Math.floor((area.right - area.left) / (longest * 6.5 + 12)));
  const every = Math.ceil(scale.ticks.length / room);
  return scale.ticks.filter((_, index) => index % every === 0);
}

import { type Markup, markup, nothing } from "../text/markup.ts";
import { type Area, drawXAxis } from "./axes.ts";
import { drawLine, drawSvg, drawText, type Frame, roundPlace, type Words } from "./drawing.ts";
import { createLinearScale, type Scale } from "./scales.ts";

/** A row of a bar chart: its name to the left, its value as a bar and in words to the right. */
export interface Bar {
  readonly label: string;
  /** Stands above the first of each group. */
  readonly group?: string;
  /** Null draws no bar. `text` says why. */
  readonly value: number | null;
  readonly text: string;
  readonly interval?: { readonly low: number; readonly high: number } | null;
  /** Every value behind the bar, drawn as dots. `outliers` are indexes of it. */
  readonly dots?: readonly number[];
  readonly outliers?: readonly number[];
  /** A colour of the palette: "s1". References are "s0". */
  readonly colour: string;
  /** Stamped INVALID, and drawn hollow. */
  readonly invalid?: boolean;
}

export interface BarChart extends Words {
  readonly bars: readonly Bar[];
  readonly axis: (value: number) => string;
  /** A bar from zero, or a point if zero means nothing to the reader. */
  readonly shape?: "bar" | "point";
  /** Dashed lines to compare with. */
  readonly rules?: readonly { readonly value: number; readonly label: string }[];
  /** Shaded: values in it cannot be told apart. */
  readonly band?: { readonly low: number; readonly high: number } | null;
}

interface Layout {
  readonly area: Area;
  readonly height: number;
  readonly rows: readonly {
    readonly bar: Bar;
    readonly y: number;
    readonly heading: number | null;
  }[];
}

const thickness = 16;

/** Horizontal bars with whiskers for the interval and a dot for every value. */
export function drawBars(frame: Frame, chart: BarChart): Markup {
  const layout = layOut(frame, chart);
  const { area, rows, height } = layout;
  const values = chart.bars.flatMap(({ value, interval, dots }) => [
    value ?? 0,
    interval?.high ?? 0,
    ...(dots ?? []),
  ]);
  const edges = (chart.rules ?? []).map(({ value }) => value);
  const scale = createLinearScale(
    [...values, ...edges],
    [area.left, area.right],
    frame.narrow ? 4 : 6,
  );
  return drawSvg(frame, height, chart, [
    drawXAxis(scale, area, chart.axis),
    chart.band ? drawBand(chart.band, scale, area) : nothing,
    (chart.rules ?? []).map((rule) => drawRule(rule, scale, area)),
    rows.map(({ bar, y, heading }) => [
      heading === null ? null : drawText(0, heading, bar.group ?? "", { kind: "soft halo" }),
      drawNames(frame, layout, bar, y),
      chart.shape === "point" ? drawPoint(bar, scale, y) : drawBar(bar, scale, y),
    ]),
    drawLine(area.left, area.top, area.left, area.bottom, "axis"),
  ]);
}

/** On a phone the words stand above the bar, which takes the whole width. */
function layOut({ width, narrow }: Frame, { bars, rules }: BarChart): Layout {
  const pitch = narrow ? 46 : 30;
  const top = rules && rules.length > 0 ? 20 : 4;
  let y = top;
  const rows = bars.map((bar, index) => {
    const starts = bar.group !== undefined && bar.group !== bars[index - 1]?.group;
    const heading = starts ? y + (index === 0 ? 12 : 24) : null;
    if (heading !== null) y = heading + 8;
    const row = { bar, heading, y: y + (narrow ? 33 : pitch / 2) };
    y += pitch;
    return row;
  });
  const longest = Math.max(0, ...bars.map((bar) => bar.label.length + (bar.invalid ? 9 : 0)));
  const left = narrow ? 1 : Math.min(240, Math.max(90, longest * 7.2 + 14));
  const texts = Math.max(0, ...bars.map(({ text }) => text.length));
  const right = narrow ? width - 12 : width - Math.min(230, texts * 7.2 + 18);
  return { rows, area: { left, right, top, bottom: y + 4 }, height: y + 30 };
}

function drawNames({ width, narrow }: Frame, { area }: Layout, bar: Bar, y: number): Markup {
  const line = narrow ? y - 14 : y + 4.5;
  const stampAt = bar.label.length * 7.2 + 8;
  const end = bar.value === null && !narrow ? area.left + 8 : width;
  return markup`${drawText(0, line, bar.label, { kind: "halo" })}${
    bar.invalid ? drawText(stampAt, line, "INVALID", { kind: "warn halo" }) : null
  }${drawText(end, line, bar.text, {
    anchor: end === width ? "end" : "start",
    kind: bar.value === null ? "soft halo" : "strong halo",
  })}`;
}

function drawBar(bar: Bar, scale: Scale, y: number): Markup {
  if (bar.value === null) return nothing;
  const colour = `var(--${bar.colour})`;
  const width = Math.max(1, scale.at(bar.value) - scale.at(0));
  const box = markup`x="${roundPlace(scale.at(0))}" y="${roundPlace(y - thickness / 2)}" width="${roundPlace(width)}" height="${thickness}"`;
  return markup`<rect class="mark" ${box} fill="${colour}" fill-opacity="${bar.invalid ? 0.08 : 0.32}" stroke="${colour}" stroke-opacity="${bar.invalid ? 1 : 0}" stroke-dasharray="4 3"/>
${drawDots(bar, scale, y)}${drawWhiskers(bar, scale, y)}${drawLine(scale.at(bar.value), y - thickness / 2, scale.at(bar.value), y + thickness / 2, "median")}`;
}

function drawPoint(bar: Bar, scale: Scale, y: number): Markup {
  if (bar.value === null) return nothing;
  const colour = `var(--${bar.colour})`;
  const fill = bar.invalid ? "var(--paper)" : colour;
  return markup`${drawWhiskers(bar, scale, y)}<circle class="mark" cx="${roundPlace(scale.at(bar.value))}" cy="${roundPlace(y)}" r="4.2" fill="${fill}" stroke="${colour}" stroke-width="1.5"/>
`;
}

function drawWhiskers({ interval }: Bar, scale: Scale, y: number): Markup {
  if (!interval) return nothing;
  const [low, high] = [roundPlace(scale.at(interval.low)), roundPlace(scale.at(interval.high))];
  return markup`<path fill="none" stroke="var(--ink)" stroke-width="1.5" d="M${low} ${y - 5}V${y + 5}M${low} ${y}H${high}M${high} ${y - 5}V${y + 5}"/>`;
}

/**
 * Spread over the bar's thickness in a fixed pattern, so that equal values do not cover each other.
 */
function drawDots({ dots = [], outliers = [], colour }: Bar, scale: Scale, y: number): Markup[] {
  return dots.map((value, index) => {
    const shift = (((index * 7) % 5) - 2) * 2.4;
    const fill = outliers.includes(index) ? "none" : `var(--${colour})`;
    return markup`<circle class="dot" cx="${roundPlace(scale.at(value))}" cy="${roundPlace(y + shift)}" r="2" fill="${fill}" fill-opacity="0.6" stroke="var(--${colour})" stroke-opacity="0.8"/>`;
  });
}

function drawBand(edges: { low: number; high: number }, scale: Scale, area: Area): Markup {
  const [low, high] = [scale.at(edges.low), scale.at(edges.high)];
  return markup`<rect x="${roundPlace(low)}" y="${area.top}" width="${roundPlace(Math.max(1, high - low))}" height="${roundPlace(area.bottom - area.top)}" fill="var(--soft)" fill-opacity="0.16"/>`;
}

function drawRule(rule: { value: number; label: string }, scale: Scale, area: Area): Markup {
  const x = scale.at(rule.value);
  const anchor = x > area.right - 40 ? "end" : "middle";
  return markup`${drawLine(x, area.top, x, area.bottom, "rule")}${drawText(x, area.top - 7, rule.label, { anchor, kind: "soft halo" })}`;
}

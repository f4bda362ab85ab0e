import { type Markup, markup, nothing } from "../text/markup.ts";
import { type Area, drawXAxis, drawYAxis } from "./axes.ts";
import {
  colourOf,
  drawLine,
  drawMark,
  drawSvg,
  drawText,
  type Frame,
  roundPlace,
  type Words,
} from "./drawing.ts";
import type { SeriesStyle } from "./palette.ts";
import { createLinearScale, createLogScale, type Scale, type Span } from "./scales.ts";

export interface LineChart extends Words {
  readonly x: LineAxis;
  readonly y: LineAxis;
  readonly series: readonly LineSeries[];
  /** A dashed line across, to compare with. */
  readonly rule?: { readonly y: number; readonly label: string };
}

export interface LineAxis {
  readonly label: string;
  readonly scale: "linear" | "log";
  readonly text: (value: number) => string;
  /** Where it is labelled. Default: at round numbers. */
  readonly ticks?: readonly number[];
}

export interface LineSeries {
  readonly name: string;
  readonly style: SeriesStyle;
  /** In ascending order of x; positive on a log axis. */
  readonly points: readonly LinePoint[];
  /** Default: both. A fitted law has no marks; measured values beside it have no line. */
  readonly draw?: "line" | "marks";
}

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** Shown at the pointer, in place of "NAME at X: Y". */
  readonly text?: string;
  /** Drawn hollow. */
  readonly invalid?: boolean;
  /** A word beside the point, which is ringed: "knee". */
  readonly label?: string;
}

/** The scales of both axes. */
interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

export function drawLines(frame: Frame, chart: LineChart): Markup {
  const points = chart.series.flatMap((one) => one.points);
  const height = frame.narrow ? 300 : 380;
  const area: Area = { left: 62, right: frame.width - 14, top: 26, bottom: height - 46 };
  const ys = [...points.map((point) => point.y), ...(chart.rule ? [chart.rule.y] : [])];
  const xs = points.map((point) => point.x);
  const scales = {
    x: chooseScale(chart.x, xs, [area.left, area.right]),
    y: chooseScale(chart.y, ys, [area.bottom, area.top]),
  };
  return drawSvg(frame, height, chart, [
    drawXAxis(scales.x, area, chart.x.text),
    drawYAxis(scales.y, area, chart.y.text),
    drawText(0, 12, chart.y.label, { kind: "soft" }),
    drawText(area.right, height - 6, chart.x.label, { anchor: "end", kind: "soft" }),
    drawLine(area.left, area.bottom, area.right, area.bottom, "axis"),
    chart.rule ? drawRuleAcross(chart.rule, scales.y, area) : nothing,
    chart.series.map((one, index) => drawSeries(one, index, chart, scales)),
    drawLabels(chart.series, scales, area),
  ]);
}

function chooseScale({ scale, ticks }: LineAxis, values: readonly number[], span: Span): Scale {
  const found = scale === "log" ? createLogScale(values, span) : createLinearScale(values, span, 6);
  return ticks === undefined ? found : { ...found, ticks };
}

function drawRuleAcross(rule: { y: number; label: string }, y: Scale, area: Area): Markup {
  const at = y.at(rule.y);
  return markup`${drawLine(area.left, at, area.right, at, "rule")}${drawText(area.right, at - 6, rule.label, { anchor: "end", kind: "soft halo" })}`;
}

function drawSeries(series: LineSeries, index: number, chart: LineChart, { x, y }: Scales): Markup {
  const { name, style, points, draw } = series;
  const colour = colourOf(style);
  const path = points
    .map((point) => `${roundPlace(x.at(point.x))},${roundPlace(y.at(point.y))}`)
    .join(" ");
  const stroke = markup`<polyline class="mark" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round" stroke-dasharray="${style.dash.join(" ")}" points="${path}"/>
`;
  const marks = points.map((point) => {
    const { invalid = false, label: word } = point;
    const [cx, cy] = [x.at(point.x), y.at(point.y)];
    const ring = markup`<circle cx="${roundPlace(cx)}" cy="${roundPlace(cy)}" r="8" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
    const text = point.text ?? `${name} at ${chart.x.text(point.x)}: ${chart.y.text(point.y)}`;
    const more = `${word === undefined ? "" : `, ${word}`}${invalid ? ", INVALID" : ""}`;
    return markup`<g class="point"><title>${text}${more}</title>${drawMark(style.marker, cx, cy, { colour, hollow: invalid })}${word === undefined ? null : ring}</g>`;
  });
  return markup`<g data-series="${index}">${draw === "marks" ? null : stroke}${draw === "line" ? null : marks}</g>`;
}

/** Words beside points. Of words that would cover each other only the first is drawn. */
function drawLabels(all: readonly LineSeries[], { x, y }: Scales, area: Area): Markup[] {
  const drawn: { readonly x: number; readonly y: number }[] = [];
  return all.flatMap(({ points, style }, index) =>
    points.flatMap((point) => {
      const at = { x: x.at(point.x) - 6, y: y.at(point.y) - 9 };
      const isCovered = drawn.some(
        (other) => Math.abs(other.x - at.x) < 42 && Math.abs(other.y - at.y) < 16,
      );
      if (point.label === undefined || isCovered) return [];
      drawn.push(at);
      // To the left of its point, unless it would reach the numbers of the axis.
      const fits = at.x - point.label.length * 7.5 > area.left;
      const [left, anchor] = fits ? [at.x, "end"] : [at.x + 14, "start"];
      return [
        markup`<g data-series="${index}"><text x="${roundPlace(left)}" y="${roundPlace(at.y)}" text-anchor="${anchor}" class="halo strong" style="fill:${colourOf(style)}">${point.label}</text></g>`,
      ];
    }),
  );
}

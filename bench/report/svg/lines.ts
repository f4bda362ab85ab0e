import { type Markup, markup, nothing } from "../text/markup.ts";
import { type Area, xAxis, yAxis } from "./axes.ts";
import { colourOf, drawing, type Frame, label, line, mark, place, type Words } from "./drawing.ts";
import type { SeriesStyle } from "./palette.ts";
import { linearScale, logScale, type Scale, type Span } from "./scales.ts";

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
  /** Where it is labelled; at round numbers where it is left out. */
  readonly ticks?: readonly number[];
}

export interface LineSeries {
  readonly name: string;
  readonly style: SeriesStyle;
  /** In ascending order of x; positive on a log axis. */
  readonly points: readonly LinePoint[];
  /** Both where it is left out; a law that was fitted has no marks, what it was fitted to no line. */
  readonly draw?: "line" | "marks";
}

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** For the pointer: "cluster, p99: 42 ms". */
  readonly text?: string;
  readonly invalid?: boolean;
}

export function lineChart(frame: Frame, chart: LineChart): Markup {
  const points = chart.series.flatMap((one) => one.points);
  const height = frame.narrow ? 300 : 380;
  const area: Area = { left: 62, right: frame.width - 14, top: 26, bottom: height - 46 };
  const x = scaleFor(
    chart.x,
    points.map((point) => point.x),
    [area.left, area.right],
  );
  const ys = [...points.map((point) => point.y), ...(chart.rule ? [chart.rule.y] : [])];
  const y = scaleFor(chart.y, ys, [area.bottom, area.top]);
  return drawing(frame, height, chart, [
    xAxis(x, area, chart.x.text),
    yAxis(y, area, chart.y.text),
    label(0, 12, chart.y.label, { kind: "soft" }),
    label(area.right, height - 6, chart.x.label, { anchor: "end", kind: "soft" }),
    line(area.left, area.bottom, area.right, area.bottom, "axis"),
    chart.rule ? across(chart.rule, y, area) : nothing,
    chart.series.map((one) => drawSeries(one, x, y)),
  ]);
}

function scaleFor({ scale, ticks }: LineAxis, values: readonly number[], span: Span): Scale {
  const found = scale === "log" ? logScale(values, span) : linearScale(values, span, 6);
  return ticks === undefined ? found : { ...found, ticks };
}

function across(rule: { y: number; label: string }, y: Scale, area: Area): Markup {
  const at = y.at(rule.y);
  return markup`${line(area.left, at, area.right, at, "rule")}${label(area.right, at - 6, rule.label, { anchor: "end", kind: "soft halo" })}`;
}

function drawSeries({ style, points, draw }: LineSeries, x: Scale, y: Scale): Markup {
  const colour = colourOf(style);
  const path = points.map((point) => `${place(x.at(point.x))},${place(y.at(point.y))}`).join(" ");
  const stroke = markup`<polyline class="mark" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round" stroke-dasharray="${style.dash.join(" ")}" points="${path}"/>
`;
  const marks = points.map(({ invalid = false, text, ...point }) => {
    const drawn = mark(style.marker, x.at(point.x), y.at(point.y), { colour, hollow: invalid });
    return text === undefined ? drawn : markup`<g><title>${text}</title>${drawn}</g>`;
  });
  return markup`${draw === "marks" ? null : stroke}${draw === "line" ? null : marks}`;
}

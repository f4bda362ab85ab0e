import type { Distribution } from "../../load/result.ts";
import { percentileNames, timeText } from "../../load/statistics/percentiles.ts";
import { absent, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { legend } from "../../report/svg/drawing.ts";
import { type LinePoint, lineChart } from "../../report/svg/lines.ts";
import { seriesStyle } from "../../report/svg/palette.ts";
import { count, percent, rate, time } from "../../report/text/numbers.ts";
import type { BenchResult, LatencyPoint } from "../result/bench-result.ts";
import { fewForPercentile, percentileCell } from "./variants.ts";

/** The load at which the tails are compared: busy, and not yet full. */
const comparedShare = 0.7;

interface Tail {
  readonly name: string;
  readonly point: LatencyPoint;
}

export function percentilesSection({ variants }: BenchResult): Section {
  const tails = variants.flatMap(({ name, latency }): Tail[] => {
    const point = nearest(latency);
    return point === null || point.latency.count === 0 ? [] : [{ name, point }];
  });
  return {
    id: "percentiles",
    title: "The slow end",
    body:
      tails.length === 0
        ? absent("No latencies were measured, so there are no percentiles to draw.")
        : percentileFigure(tails),
  };
}

/**
 * Percentiles as 1/(1-p): the p-quantile is passed by one request in so many. Only those that the
 * number of requests can tell; the slowest of n requests stands at n.
 */
export function percentileCurve(times: Distribution): LinePoint[] {
  const { p50, p75, p90, p95, p99, p999, max } = times;
  const known = [p50, p75, p90, p95, p99, p999].map((y, index) => ({
    x: [2, 4, 10, 20, 100, 1_000][index] ?? 1,
    y,
  }));
  const points = [
    ...known.filter(({ x }) => x < times.count),
    { x: Math.max(2, times.count), y: max },
  ];
  // What was given up on took longer than anybody knows.
  return points.flatMap(({ x, y }) => (y === null ? [] : [{ x, y }]));
}

function nearest(latency: readonly LatencyPoint[]): LatencyPoint | null {
  const distance = ({ share }: LatencyPoint) => Math.abs(share - comparedShare);
  return latency.reduce<LatencyPoint | null>(
    (best, point) => (best === null || distance(point) < distance(best) ? point : best),
    null,
  );
}

function percentileFigure(tails: readonly Tail[]) {
  const series = tails.map(({ name, point }, index) => ({
    name,
    style: seriesStyle(name, index),
    points: percentileCurve(point.latency).map((at) => ({
      ...at,
      text: `${name}: one in ${count(at.x)} takes ${time(at.y)} or more`,
      invalid: !point.validity.valid,
    })),
  }));
  return renderFigure({
    id: "percentile-curve",
    see: "How slow the slowest requests are. The lower and the flatter a line, the more alike the answers; a line that rises to the right has a few clients wait much longer than most.",
    how: `At the load nearest to ${percent(comparedShare)} of each variant’s own peak, from the intended send. To the right: one request in so many takes this long or longer; 100 is p99. The last mark of each line is its slowest request.`,
    legend: legend(series),
    chart: (frame) =>
      lineChart(frame, {
        title: "Latency by percentile",
        description: `At about ${percent(comparedShare)} of peak, the median is: ${tails.map(({ name, point }) => `${name} ${timeText(point.latency, "p50", time)}`).join("; ")}. The same numbers are in the table below.`,
        x: { label: "one request in …", scale: "log", text: oneIn },
        y: { label: "latency", scale: "log", text: time },
        series,
      }),
    table: {
      caption: `Latency by percentile, from the intended send; ${fewForPercentile}`,
      head: ["Variant", "Load", "Requests", "p50", "p75", "p90", "p95", "p99", "p99.9", "Max"],
      rows: tails.map(({ name, point: { offered, share, latency } }) => [
        name,
        `${rate(offered)} (${percent(share)})`,
        count(latency.count),
        ...percentileNames.map((one) => percentileCell(latency, one)),
        timeText(latency, "max", time),
      ]),
    },
  });
}

/** "100 (p99)" for those that have a name. */
function oneIn(requests: number): string {
  const name = { 10: "p90", 100: "p99", 1000: "p99.9" }[requests];
  return name === undefined ? count(requests) : `${count(requests)} (${name})`;
}

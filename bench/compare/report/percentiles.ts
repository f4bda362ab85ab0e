import type { Distribution } from "../../load/result.ts";
import { percentileNames, writeTime } from "../../load/statistics/percentiles.ts";
import { renderAbsence, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { renderLegend } from "../../report/svg/drawing.ts";
import { drawLines, type LinePoint } from "../../report/svg/lines.ts";
import { chooseStyle } from "../../report/svg/palette.ts";
import { formatCount, formatRate, formatShare, formatTime } from "../../report/text/numbers.ts";
import type { BenchResult, LatencyPoint } from "../result/bench-result.ts";
import { fewForPercentile, formatPercentile } from "./variants.ts";

/** Tails are compared at this share of the peak: busy, not yet full. */
const comparedShare = 0.7;

interface Tail {
  readonly name: string;
  readonly point: LatencyPoint;
}

export function renderPercentiles({ variants }: BenchResult): Section {
  const tails = variants.flatMap(({ name, latency }): Tail[] => {
    const point = findNearest(latency);
    return point === null || point.latency.count === 0 ? [] : [{ name, point }];
  });
  return {
    id: "percentiles",
    title: "The slow end",
    body:
      tails.length === 0
        ? renderAbsence("No latencies were measured, so there are no percentiles to draw.")
        : renderPercentileFigure(tails),
  };
}

/**
 * Percentiles as 1/(1-p): one request in that many is slower. Only those that the number of
 * requests supports; the slowest of n requests stands at n.
 */
export function makePercentileCurve(times: Distribution): LinePoint[] {
  const { p50, p75, p90, p95, p99, p999, max } = times;
  const known = [p50, p75, p90, p95, p99, p999].map((y, index) => ({
    x: [2, 4, 10, 20, 100, 1_000][index] ?? 1,
    y,
  }));
  const points = [
    ...known.filter(({ x }) => x < times.count),
    { x: Math.max(2, times.count), y: max },
  ];
  // The time of a request that was given up is not known.
  return points.flatMap(({ x, y }) => (y === null ? [] : [{ x, y }]));
}

function findNearest(latency: readonly LatencyPoint[]): LatencyPoint | null {
  const distance = ({ share }: LatencyPoint) => Math.abs(share - comparedShare);
  return latency.reduce<LatencyPoint | null>(
    (best, point) => (best === null || distance(point) < distance(best) ? point : best),
    null,
  );
}

function renderPercentileFigure(tails: readonly Tail[]) {
  const series = tails.map(({ name, point }, index) => ({
    name,
    style: chooseStyle(name, index),
    points: makePercentileCurve(point.latency).map((at) => ({
      ...at,
      text: `${name}: one in ${formatCount(at.x)} takes ${formatTime(at.y)} or more`,
      invalid: !point.validity.valid,
    })),
  }));
  return renderFigure({
    id: "percentile-curve",
    see: "How slow the slowest requests are. In a low, flat line all answers take about the same time. In a line that rises to the right, a few clients wait much longer than most.",
    how: `At the load nearest to ${formatShare(comparedShare)} of each variant’s own peak, from the intended send. On the x axis, one request in that many takes this long or longer; 100 is p99. The last mark of each line is its slowest request.`,
    legend: renderLegend(series),
    chart: (frame) =>
      drawLines(frame, {
        title: "Latency by percentile",
        description: `At about ${formatShare(comparedShare)} of peak, the median is: ${tails.map(({ name, point }) => `${name} ${writeTime(point.latency, "p50", formatTime)}`).join("; ")}. The same numbers are in the table below.`,
        x: { label: "one request in …", scale: "log", text: formatOneIn },
        y: { label: "latency", scale: "log", text: formatTime },
        series,
      }),
    table: {
      caption: `Latency by percentile, from the intended send; ${fewForPercentile}`,
      head: ["Variant", "Load", "Requests", "p50", "p75", "p90", "p95", "p99", "p99.9", "Max"],
      rows: tails.map(({ name, point: { offered, share, latency } }) => [
        name,
        `${formatRate(offered)} (${formatShare(share)})`,
        formatCount(latency.count),
        ...percentileNames.map((one) => formatPercentile(latency, one)),
        writeTime(latency, "max", formatTime),
      ]),
    },
  });
}

/** "100 (p99)" if the percentile has a name. */
function formatOneIn(requests: number): string {
  const name = { 10: "p90", 100: "p99", 1000: "p99.9" }[requests];
  return name === undefined ? formatCount(requests) : `${formatCount(requests)} (${name})`;
}

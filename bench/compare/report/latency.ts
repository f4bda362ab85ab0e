import {
  namePercentile,
  type Percentile,
  readTold,
  writeTime,
} from "../../load/statistics/percentiles.ts";
import { renderAbsence, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { type PlotView, renderPlot } from "../../report/plot.ts";
import type { LineSeries } from "../../report/svg/lines.ts";
import { chooseStyle } from "../../report/svg/palette.ts";
import { stamp } from "../../report/table.ts";
import { markup } from "../../report/text/markup.ts";
import { formatRate, formatShare, formatTime } from "../../report/text/numbers.ts";
import type { BenchResult, LatencyPoint, VariantResult } from "../result/bench-result.ts";
import { findKnee } from "./knee.ts";
import { fewForPercentile, formatPercentile } from "./variants.ts";

const percentiles = ["p50", "p95", "p99", "p999"] as const;
/** The chart opens with the first of these that it has. */
const opened = ["p99", "p95", "p50"] as const;

export function renderLatency({ variants }: BenchResult): Section {
  const loaded = variants.filter(({ latency }) => latency.some((point) => point.latency.count > 0));
  return {
    id: "latency",
    title: "Latency against load",
    body:
      loaded.length === 0
        ? renderAbsence(
            "There is no latency against load: it was not measured, or no request was answered.",
          )
        : renderLatencyFigure(loaded),
  };
}

function renderLatencyFigure(variants: readonly VariantResult[]) {
  const knees = variants.flatMap(({ name, latency }) => {
    const knee = findKnee(latency);
    return knee === null
      ? []
      : [`${name} ${formatRate(knee.offered)} (${formatShare(knee.share)})`];
  });
  const known =
    knees.length === 0
      ? "Too few loads were measured to mark a knee."
      : `The ringed point is the knee. Past it more load adds more waiting than answers: ${knees.join(", ")}.`;
  return renderFigure({
    id: "latency-load",
    see: `The server is full where a line turns upwards. Plan for a load to the left of that. ${known}`,
    how: "Open loop: requests come at random times (Poisson), at shares of each variant’s own peak, whether or not the server keeps up. They are timed from when they should have been sent. Hollow points are INVALID. The knee has the most throughput for its mean latency (Kleinrock’s power). The dotted lines of the last view are a simulated queue with this load and nothing else.",
    chart: renderPlot({
      id: "latency-plot",
      title: "Latency against load",
      description:
        "Latency of runs against offered load, one line a variant. The same numbers are in the table below.",
      x: { label: "offered runs a second", scale: "linear", text: formatRate },
      y: { label: "latency", scale: "log", text: formatTime },
      choice: "Percentile",
      views: makeViews(variants),
    }),
    table: {
      caption: `Latency by load, from the intended send; ${fewForPercentile}`,
      head: [
        "Variant",
        "Of peak",
        "Offered",
        "Achieved",
        "p50",
        "p95",
        "p99",
        "p99.9",
        "Max",
      ].concat(["p99 from the actual send", "Simulated p99", "Shed (503)"]),
      rows: variants.flatMap(({ name, latency }) => latency.map((point) => makeRow(name, point))),
    },
  });
}

/** One view for each percentile that some load has enough requests for. */
function makeViews(variants: readonly VariantResult[]): PlotView[] {
  const known = percentiles.filter((one) =>
    variants.some(({ latency }) => latency.some((point) => readTold(point.latency, one) !== null)),
  );
  const first = opened.find((one) => known.includes(one));
  const views = known.map((one) => ({
    name: namePercentile(one),
    selected: one === first,
    series: variants.map((variant, index) => makeSeries(variant, index, one)),
  }));
  return known.includes("p99") ? [...views, makeSimulatedView(variants)] : views;
}

function makeSeries(
  { name, latency }: VariantResult,
  index: number,
  percentile: Percentile,
): LineSeries {
  const knee = findKnee(latency);
  return {
    name,
    style: chooseStyle(name, index),
    points: latency.flatMap((point) => {
      const y = readTold(point.latency, percentile);
      const marks = {
        ...(point.validity.valid ? {} : { invalid: true }),
        ...(point === knee ? { label: "knee" } : {}),
      };
      return y === null ? [] : [{ x: point.offered, y, ...marks }];
    }),
  };
}

function makeSimulatedView(variants: readonly VariantResult[]): PlotView {
  const models = variants.map(
    ({ name, latency }, index): LineSeries => ({
      name: `${name}, queue alone`,
      style: { ...chooseStyle(name, index), dash: [2, 4] },
      draw: "line",
      points: latency.flatMap(({ offered, simulated }) =>
        simulated === null ? [] : [{ x: offered, y: simulated.p99 }],
      ),
    }),
  );
  return {
    name: "p99 and a queue alone",
    series: [
      ...variants.map((variant, index) => makeSeries(variant, index, "p99")),
      ...models.filter(({ points }) => points.length > 0),
    ],
  };
}

function makeRow(name: string, { share, offered, achieved, latency, ...point }: LatencyPoint) {
  return [
    point.validity.valid ? name : markup`${name}${stamp}`,
    formatShare(share),
    formatRate(offered),
    formatRate(achieved),
    ...percentiles.map((one) => formatPercentile(latency, one)),
    latency.count === 0 ? "–" : writeTime(latency, "max", formatTime),
    formatPercentile(point.service, "p99"),
    point.simulated === null ? "–" : formatTime(point.simulated.p99),
    String(point.shed),
  ];
}

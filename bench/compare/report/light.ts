import type { Distribution } from "../../load/result.ts";
import { readTold, writeTime } from "../../load/statistics/percentiles.ts";
import { renderAbsence, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { type PlotView, renderPlot } from "../../report/plot.ts";
import { chooseStyle } from "../../report/svg/palette.ts";
import { formatShare, formatTime } from "../../report/text/numbers.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";
import { fewForPercentile, formatPercentile } from "./variants.ts";

const percentiles = ["p50", "p95", "p99"] as const;

export function renderLight({ variants }: BenchResult): Section {
  const probed = variants.filter(({ latency }) => latency.some(({ light }) => light !== null));
  return {
    id: "light",
    title: "Light routes beside the load",
    body:
      probed.length === 0
        ? renderAbsence("GET / was not measured beside the load.")
        : renderLightFigure(probed),
  };
}

function renderLightFigure(variants: readonly VariantResult[]) {
  return renderFigure({
    id: "light-load",
    see: "How long a route that computes nothing takes while the server computes. If it grows with the load, health checks, logins and pages wait behind the heavy work.",
    how: "GET / is asked up to fifty times a second beside the open-loop load, on its own connections, and timed from when it should have been sent. The x axis is the share of each variant’s own peak.",
    chart: renderPlot({
      id: "light-plot",
      title: "GET / beside the load",
      description:
        "Latency of GET / against the heavy load, one line a variant. The same numbers are in the table below.",
      x: { label: "heavy load, of the variant’s peak", scale: "linear", text: formatShare },
      y: { label: "latency of GET /", scale: "log", text: formatTime },
      choice: "Percentile",
      views: percentiles
        .map((percentile) => makeView(percentile, variants))
        .filter(({ series }) => series.some(({ points }) => points.length > 0)),
    }),
    table: {
      caption: `GET / beside the load; ${fewForPercentile}`,
      head: ["Variant", "Heavy load", "Asked", "p50", "p95", "p99", "Max"],
      rows: variants.flatMap(({ name, latency, light }) => [
        ...latency.map((point) => [
          name,
          `${formatShare(point.share)} of peak`,
          ...makeCells(point.light),
        ]),
        [name, "closed loop", ...makeCells(light)],
      ]),
    },
  });
}

function makeCells(times: Distribution | null): string[] {
  return [
    String(times?.count ?? 0),
    ...percentiles.map((one) => formatPercentile(times, one)),
    times === null || times.count === 0 ? "–" : writeTime(times, "max", formatTime),
  ];
}

function makeView(
  percentile: (typeof percentiles)[number],
  variants: readonly VariantResult[],
): PlotView {
  return {
    name: percentile,
    selected: percentile === "p95",
    series: variants.map(({ name, latency }, index) => ({
      name,
      style: chooseStyle(name, index),
      points: latency.flatMap(({ share, light, validity }) => {
        const y = light && readTold(light, percentile);
        return y === null ? [] : [{ x: share, y, ...(validity.valid ? {} : { invalid: true }) }];
      }),
    })),
  };
}

import { findNoiseFloor } from "../../load/statistics/rounds.ts";
import { renderAbsence, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { type Bar, drawBars } from "../../report/svg/bars.ts";
import { formatNumber, formatRate, formatShare } from "../../report/text/numbers.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";
import {
  describeInterval,
  estimateMedianInterval,
  formatOrDash,
  formatRatioInterval,
  makeBar,
  renderName,
  withoutGrid,
} from "./variants.ts";

export function renderThroughput(result: BenchResult): Section {
  const variants = withoutGrid(result.variants);
  return {
    id: "throughput",
    title: "Throughput",
    body: [
      variants.some(({ peak }) => peak !== null)
        ? renderPeaks(result, variants)
        : renderAbsence("Peak throughput was not measured for any variant."),
      variants.some(({ speedUp }) => speedUp !== null)
        ? renderSpeedUps(result, variants)
        : renderAbsence(
            "There is no speed-up to show: it needs rounds of single and of another variant.",
          ),
    ],
  };
}

function renderPeaks({ plan }: BenchResult, variants: readonly VariantResult[]) {
  const bars = variants.map(
    ({ peak, ...variant }): Bar => ({
      ...makeBar({ ...variant, peak }),
      value: peak?.median ?? null,
      text: formatOrDash(peak?.median, formatRate),
      interval: peak && estimateMedianInterval(peak),
      dots: peak?.values ?? [],
      outliers: peak?.outliers ?? [],
    }),
  );
  return renderFigure({
    id: "peak",
    see: "Runs a second when clients always wait for an answer. The grey rows are for comparison: the computation alone on every core, and the server of the tutorials.",
    how: `Closed loop over ${plan.connections} kept-alive connections, ${plan.rounds} interleaved rounds of ${formatNumber(plan.cellMs / 1_000)} s. Bar: median. Whisker: ${describeInterval(plan.rounds)} of the median. Dots: every round; hollow dots are outliers.`,
    chart: (frame) =>
      drawBars(frame, {
        title: "Peak throughput by variant",
        description: describeBars(bars),
        bars,
        axis: formatNumber,
      }),
    table: {
      caption: "Peak throughput, runs a second",
      head: ["Variant", "What it is", "Median", "Interval", "Every round"],
      words: [1],
      rows: variants.map((variant) => {
        const interval = variant.peak && estimateMedianInterval(variant.peak);
        return [
          renderName(variant),
          variant.what,
          formatOrDash(variant.peak?.median, formatNumber),
          interval ? `${formatNumber(interval.low)} to ${formatNumber(interval.high)}` : "–",
          variant.peak ? variant.peak.values.map(formatNumber).join(" · ") : "–",
        ];
      }),
    },
  });
}

function renderSpeedUps(
  { control, environment, plan }: BenchResult,
  all: readonly VariantResult[],
) {
  const variants = all.filter(({ speedUp }) => speedUp !== null);
  const floor = control?.ratio.interval ? findNoiseFloor(control.ratio) : null;
  const bars = variants.map(
    (variant): Bar => ({
      ...makeBar(variant),
      value: variant.speedUp?.ratio ?? null,
      text: formatRatioInterval(variant.speedUp),
      interval: variant.speedUp?.interval ?? null,
    }),
  );
  const noise = floor === null ? "" : ` Shaded: noise alone, ± ${formatShare(floor)} around one.`;
  return renderFigure({
    id: "speed-up",
    see: `Throughput over that of single, one process. ${environment.cores} cores can give at most about ${environment.cores}. If two intervals overlap, the rows may be alike.`,
    how: `Medians of the ratios of rounds that ran close together, with bootstrap intervals (${describeInterval(plan.rounds)}).${noise}`,
    chart: (frame) =>
      drawBars(frame, {
        title: "Speed-up over one process",
        description: describeBars(bars),
        bars,
        shape: "point",
        axis: (value) => `${formatNumber(value)}×`,
        rules: [
          { value: 1, label: "single" },
          ...(environment.cores > 1
            ? [{ value: environment.cores, label: `${environment.cores} cores` }]
            : []),
        ],
        band: floor === null ? null : { low: Math.max(0, 1 - floor), high: 1 + floor },
      }),
    table: {
      caption: "Speed-up over single, and share of what the bare computation does on every core",
      head: ["Variant", "Speed-up", "Efficiency", "Rounds"],
      rows: variants.map((variant) => [
        renderName(variant),
        formatRatioInterval(variant.speedUp),
        variant.efficiency === null
          ? "–"
          : `${formatShare(variant.efficiency.ratio)} (${formatRatioInterval(variant.efficiency)})`,
        String(variant.speedUp?.rounds ?? 0),
      ]),
    },
  });
}

/** "cluster 3.92×; threads ...", for readers who do not see the chart. */
export function describeBars(bars: readonly Bar[]): string {
  return `${bars.map((bar) => `${bar.label} ${bar.text}`).join("; ")}. The same numbers are in the table below.`;
}

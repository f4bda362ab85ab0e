import { noiseFloor } from "../../load/statistics/rounds.ts";
import { absent, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { type Bar, barChart } from "../../report/svg/bars.ts";
import { digits, percent, rate } from "../../report/text/numbers.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";
import {
  barOf,
  compared,
  intervalName,
  medianInterval,
  nameOf,
  orDash,
  ratioWords,
} from "./variants.ts";

export function throughputSection(result: BenchResult): Section {
  const variants = compared(result.variants);
  return {
    id: "throughput",
    title: "Throughput",
    body: [
      variants.some(({ peak }) => peak !== null)
        ? peakFigure(result, variants)
        : absent("Peak throughput was not measured for any variant."),
      variants.some(({ speedUp }) => speedUp !== null)
        ? speedUpFigure(result, variants)
        : absent("There is no speed-up to show: it needs rounds of single and of another variant."),
    ],
  };
}

function peakFigure({ plan }: BenchResult, variants: readonly VariantResult[]) {
  const bars = variants.map(
    ({ peak, ...variant }): Bar => ({
      ...barOf({ ...variant, peak }),
      value: peak?.median ?? null,
      text: orDash(peak?.median, rate),
      interval: peak && medianInterval(peak),
      dots: peak?.values ?? [],
      outliers: peak?.outliers ?? [],
    }),
  );
  return renderFigure({
    id: "peak",
    see: "Runs a second when clients always wait for an answer. The grey rows are the limits to compare with: the computation alone on every core, and the server of the tutorials.",
    how: `Closed loop over ${plan.connections} kept-alive connections, ${plan.rounds} interleaved rounds of ${digits(plan.cellMs / 1_000)} s. Bar: median. Whisker: ${intervalName(plan.rounds)} of the median. Dots: every round; hollow dots are outliers.`,
    chart: (frame) =>
      barChart(frame, {
        title: "Peak throughput by variant",
        description: describe(bars),
        bars,
        axis: digits,
      }),
    table: {
      caption: "Peak throughput, runs a second",
      head: ["Variant", "What it is", "Median", "Interval", "Every round"],
      words: [1],
      rows: variants.map((variant) => {
        const interval = variant.peak && medianInterval(variant.peak);
        return [
          nameOf(variant),
          variant.what,
          orDash(variant.peak?.median, digits),
          interval ? `${digits(interval.low)} to ${digits(interval.high)}` : "–",
          variant.peak ? variant.peak.values.map(digits).join(" · ") : "–",
        ];
      }),
    },
  });
}

function speedUpFigure({ control, environment, plan }: BenchResult, all: readonly VariantResult[]) {
  const variants = all.filter(({ speedUp }) => speedUp !== null);
  const floor = control?.ratio.interval ? noiseFloor(control.ratio) : null;
  const bars = variants.map(
    (variant): Bar => ({
      ...barOf(variant),
      value: variant.speedUp?.ratio ?? null,
      text: ratioWords(variant.speedUp),
      interval: variant.speedUp?.interval ?? null,
    }),
  );
  const noise =
    floor === null ? "" : ` Shaded: what noise alone can do, ± ${percent(floor)} around one.`;
  return renderFigure({
    id: "speed-up",
    see: `How many times the throughput of single, that is of one process: ${environment.cores} cores can give at most about ${environment.cores}. Where two intervals overlap, the rows may be alike.`,
    how: `Medians of the ratios of rounds that ran close together, with bootstrap intervals (${intervalName(plan.rounds)}).${noise}`,
    chart: (frame) =>
      barChart(frame, {
        title: "Speed-up over one process",
        description: describe(bars),
        bars,
        shape: "point",
        axis: (value) => `${digits(value)}×`,
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
        nameOf(variant),
        ratioWords(variant.speedUp),
        variant.efficiency === null
          ? "–"
          : `${percent(variant.efficiency.ratio)} (${ratioWords(variant.efficiency)})`,
        String(variant.speedUp?.rounds ?? 0),
      ]),
    },
  });
}

/** "cluster 3.92×; threads ..." for who does not see the chart. */
export function describe(bars: readonly Bar[]): string {
  return `${bars.map((bar) => `${bar.label} ${bar.text}`).join("; ")}. The same numbers are in the table below.`;
}

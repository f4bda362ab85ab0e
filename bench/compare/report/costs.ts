import { type Figure, renderAbsence, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { type Bar, drawBars } from "../../report/svg/bars.ts";
import { type Markup, markup } from "../../report/text/markup.ts";
import { formatNumber, formatTime } from "../../report/text/numbers.ts";
import type { BenchResult, Measure, VariantResult } from "../result/bench-result.ts";
import { describeBars } from "./throughput.ts";
import {
  estimateMedianInterval,
  formatRatioInterval,
  makeBar,
  renderName,
  withoutGrid,
} from "./variants.ts";

interface Cost extends Pick<Figure, "id" | "see" | "how"> {
  readonly title: string;
  readonly missing: string;
  /** Null where the variant has none; such variants are left out. */
  readonly of: (variant: VariantResult) => Measure | null;
  readonly text: (value: number) => string;
  /** One more column of the table. */
  readonly more?: { readonly head: string; readonly of: (variant: VariantResult) => string };
}

/** In megabytes (of 1,024) the axis gets round numbers. */
const megabyte = 1_024 ** 2;

const costs: readonly Cost[] = [
  {
    id: "cpu",
    title: "CPU time",
    see: "CPU seconds of the whole server for 1,000 runs. The difference from bare is the cost of serving them. On a shared machine it is steadier than throughput.",
    how: "User and system time of all processes of the server, from /proc. Whisker: interval of the median, as under Throughput. Dots: every round.",
    missing: "CPU time was not measured: the system does not report it, or nothing ran.",
    of: ({ cpuPer1000 }) => cpuPer1000,
    text: (seconds) => `${formatNumber(seconds)}\u00a0s`,
    more: { head: "Of bare", of: ({ cpuOverBare }) => formatRatioInterval(cpuOverBare) },
  },
  {
    id: "start-up",
    title: "Start-up",
    see: "From the command to the first answer: what a deployment or a crash costs.",
    how: "The real command, asked until it answers. Dots: every start.",
    missing: "Start-up was not measured.",
    of: ({ startUp }) => startUp,
    text: formatTime,
  },
  {
    id: "memory",
    title: "Memory",
    see: "Memory of the whole server after the load. Each process has its own Node; a thread needs a little less.",
    how: "Sum over all processes. PSS counts shared pages once. RSS, if the system reports no PSS, counts them in each process.",
    missing: "Memory was not measured.",
    of: ({ memory }) => memory && { median: memory.bytes / megabyte, values: [], outliers: [] },
    text: (value) => `${formatNumber(value)}\u00a0MB`,
    more: { head: "Kind", of: ({ memory }) => memory?.kind.toUpperCase() ?? "–" },
  },
];

export function renderCosts({ variants }: BenchResult): Section {
  return {
    id: "costs",
    title: "CPU, start-up and memory",
    body: costs.map((cost) => [
      markup`<h3>${cost.title}</h3>`,
      renderCost(cost, withoutGrid(variants)),
    ]),
  };
}

function renderCost(cost: Cost, all: readonly VariantResult[]): Markup {
  const { id, see, how, title, text, more } = cost;
  const measured = all.flatMap((variant) => {
    const measure = cost.of(variant);
    return measure === null ? [] : [{ variant, measure }];
  });
  if (measured.length === 0) return renderAbsence(cost.missing);
  const bars = measured.map(
    ({ variant, measure }): Bar => ({
      ...makeBar(variant),
      value: measure.median,
      text: text(measure.median),
      interval: estimateMedianInterval(measure),
      dots: measure.values,
      outliers: measure.outliers,
    }),
  );
  return renderFigure({
    id,
    see,
    how,
    chart: (frame) =>
      drawBars(frame, {
        title: `${title} by variant`,
        description: describeBars(bars),
        bars,
        axis: text,
      }),
    table: {
      caption: `${title} by variant`,
      head: ["Variant", "Median", ...(more ? [more.head] : []), "Every value"],
      rows: measured.map(({ variant, measure }) => [
        renderName(variant),
        text(measure.median),
        ...(more ? [more.of(variant)] : []),
        measure.values.map(text).join(" · ") || "–",
      ]),
    },
  });
}

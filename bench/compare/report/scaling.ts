import { type NoFit, type ScaleFit, scaledThroughput } from "../../load/statistics/scalability.ts";
import { absent, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { legend } from "../../report/svg/drawing.ts";
import { lineChart } from "../../report/svg/lines.ts";
import type { SeriesStyle } from "../../report/svg/palette.ts";
import { type Markup, markup } from "../../report/text/markup.ts";
import { digits, percent, rate } from "../../report/text/numbers.ts";
import type { BenchResult } from "../result/bench-result.ts";

const looks = {
  measured: { hue: 6, dash: [], marker: "circle" },
  amdahl: { hue: 1, dash: [6, 3], marker: "square" },
  usl: { hue: 2, dash: [], marker: "triangle" },
} satisfies Record<string, SeriesStyle>;

export function scalingSection({ scalability }: BenchResult): Section {
  const { points, amdahl, usl } = scalability;
  return {
    id: "scaling",
    title: "How it scales",
    body: [
      points.length === 0
        ? absent("Throughput was not measured at several numbers of workers.")
        : null,
      lawWords("Amdahl’s law", amdahl),
      lawWords("Universal Scalability Law", usl),
      points.length === 0 ? null : scalingFigure(scalability),
    ],
  };
}

function lawWords(name: string, law: ScaleFit | NoFit): Markup {
  if (!law.fitted) return absent(`${name} was not fitted: ${law.reason}.`);
  const peak =
    law.peakAt === null ? "" : ` Throughput would be highest at ${digits(law.peakAt)} workers.`;
  const crosstalk =
    law.crosstalk > 0 ? `, and ${percent(law.crosstalk)} is the cost of keeping in step` : "";
  return markup`<p>${name}: ${percent(law.serial)} of the work is serial${crosstalk}; it explains ${percent(law.rSquared)} of the variance.${peak}</p>`;
}

function scalingFigure({ points, amdahl, usl }: BenchResult["scalability"]): Markup {
  const sorted = [...points].sort((left, right) => left.n - right.n);
  const last = sorted.at(-1)?.n ?? 1;
  const curve = (law: ScaleFit) =>
    Array.from({ length: 41 }, (_, index) => 1 + ((last - 1) * index) / 40).map((n) => ({
      x: n,
      y: scaledThroughput(law, n),
    }));
  const laws = [
    { name: "Amdahl", style: looks.amdahl, law: amdahl },
    { name: "USL", style: looks.usl, law: usl },
  ].flatMap(({ name, style, law }) =>
    law.fitted ? [{ name, style, points: curve(law), draw: "line" as const, law }] : [],
  );
  const measured = {
    name: "measured",
    style: looks.measured,
    draw: "marks" as const,
    points: sorted.map(({ n, throughput }) => ({ x: n, y: throughput })),
  };
  return renderFigure({
    id: "scaling-curve",
    see: "Throughput by number of workers. A straight line would be perfect; where the marks bend away from it, something is shared.",
    how: "Closed loop, median of the rounds. The lines are the laws as fitted to the marks; their residuals are in the table.",
    legend: legend([measured, ...laws]),
    chart: (frame) =>
      lineChart(frame, {
        title: "Throughput by number of workers",
        description: `${sorted.map(({ n, throughput }) => `${n}: ${rate(throughput)}`).join("; ")}.`,
        x: { label: "workers", scale: "linear", text: digits },
        y: { label: "runs a second", scale: "linear", text: digits },
        series: [...laws, measured],
      }),
    table: {
      caption: "Throughput by number of workers, and what the laws make of it",
      head: ["Workers", "Measured", ...laws.flatMap(({ name }) => [name, `${name} residual`])],
      rows: sorted.map(({ n, throughput }) => [
        String(n),
        rate(throughput),
        ...laws.flatMap(({ law }) => {
          const predicted = scaledThroughput(law, n);
          return [rate(predicted), percent((throughput - predicted) / predicted)];
        }),
      ]),
    },
  });
}

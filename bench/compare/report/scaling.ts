import { type NoFit, predictThroughput, type ScaleFit } from "../../load/statistics/scalability.ts";
import { renderAbsence, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { renderLegend } from "../../report/svg/drawing.ts";
import { drawLines } from "../../report/svg/lines.ts";
import type { SeriesStyle } from "../../report/svg/palette.ts";
import { type Markup, markup } from "../../report/text/markup.ts";
import { formatNumber, formatRate, formatShare } from "../../report/text/numbers.ts";
import type { BenchResult } from "../result/bench-result.ts";

const looks = {
  measured: { hue: 6, dash: [], marker: "circle" },
  amdahl: { hue: 1, dash: [6, 3], marker: "square" },
  usl: { hue: 2, dash: [], marker: "triangle" },
} satisfies Record<string, SeriesStyle>;

export function renderScaling({ scalability }: BenchResult): Section {
  const { points, amdahl, usl } = scalability;
  return {
    id: "scaling",
    title: "How it scales",
    body: [
      points.length === 0
        ? renderAbsence("Throughput was not measured at several numbers of workers.")
        : null,
      describeLaw("Amdahl’s law", amdahl),
      describeLaw("Universal Scalability Law", usl),
      points.length === 0 ? null : renderScalingFigure(scalability),
    ],
  };
}

function describeLaw(name: string, law: ScaleFit | NoFit): Markup {
  if (!law.fitted) return renderAbsence(`${name} was not fitted: ${law.reason}.`);
  const peak =
    law.peakAt === null
      ? ""
      : ` Throughput would be highest at ${formatNumber(law.peakAt)} workers.`;
  const crosstalk =
    law.crosstalk > 0 ? `, and ${formatShare(law.crosstalk)} is the cost of coordination` : "";
  return markup`<p>${name}: ${formatShare(law.serial)} of the work is serial${crosstalk}; it explains ${formatShare(law.rSquared)} of the variance.${peak}</p>`;
}

function renderScalingFigure({ points, amdahl, usl }: BenchResult["scalability"]): Markup {
  const sorted = [...points].sort((left, right) => left.n - right.n);
  const last = sorted.at(-1)?.n ?? 1;
  const curve = (law: ScaleFit) =>
    Array.from({ length: 41 }, (_, index) => 1 + ((last - 1) * index) / 40).map((n) => ({
      x: n,
      y: predictThroughput(law, n),
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
    see: "Throughput by number of workers. A straight line would be perfect. The marks bend away from it when workers share something.",
    how: "Closed loop, median of the rounds. The lines are laws fitted to the marks; the table has their residuals.",
    legend: renderLegend([measured, ...laws]),
    chart: (frame) =>
      drawLines(frame, {
        title: "Throughput by number of workers",
        description: `${sorted.map(({ n, throughput }) => `${n}: ${formatRate(throughput)}`).join("; ")}.`,
        x: { label: "workers", scale: "linear", text: formatNumber },
        y: { label: "runs a second", scale: "linear", text: formatNumber },
        series: [...laws, measured],
      }),
    table: {
      caption: "Throughput by number of workers, and what the laws make of it",
      head: ["Workers", "Measured", ...laws.flatMap(({ name }) => [name, `${name} residual`])],
      rows: sorted.map(({ n, throughput }) => [
        String(n),
        formatRate(throughput),
        ...laws.flatMap(({ law }) => {
          const predicted = predictThroughput(law, n);
          return [formatRate(predicted), formatShare((throughput - predicted) / predicted)];
        }),
      ]),
    },
  });
}

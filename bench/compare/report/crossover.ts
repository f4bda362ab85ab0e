import { renderAbsence, renderFigure } from "../../report/figure.ts";
import type { Section } from "../../report/page.ts";
import { renderLegend } from "../../report/svg/drawing.ts";
import { drawLines } from "../../report/svg/lines.ts";
import { chooseStyle } from "../../report/svg/palette.ts";
import { type Markup, markup } from "../../report/text/markup.ts";
import {
  dropZeros,
  formatBytes,
  formatNumber,
  formatRate,
  formatRatio,
  formatShare,
  formatTime,
} from "../../report/text/numbers.ts";
import type { BenchResult, CrossoverPoint } from "../result/bench-result.ts";
import { describeCrossoverTasks } from "../result/measured-with.ts";
import { findRestlessness } from "../verdict/restless.ts";
import { formatRatioInterval } from "./variants.ts";

interface Sweep {
  readonly id: string;
  readonly title: string;
  readonly see: string;
  readonly how: string;
  readonly x: { readonly label: string; readonly text: (value: number) => string };
  readonly points: readonly CrossoverPoint[];
}

export function renderCrossover(result: BenchResult): Section {
  const { crossover } = result;
  const note = describeCrossoverTasks(result);
  const title = `From which size on threads pay${note === null ? "" : ", with hash and json"}`;
  if (crossover === null) {
    const body = renderAbsence(
      "The crossover was not measured: one task at several lengths of a run.",
    );
    return { id: "crossover", title, body };
  }
  return {
    id: "crossover",
    title,
    body: [
      note === null
        ? null
        : markup`<p class="notice">${note}, of which a run takes ${formatTime(result.work.bareRunMs)}.</p>`,
      findRestlessness(result) === null
        ? markup`<p><strong>${crossover.sentence}</strong></p>`
        : renderAbsence("The machine was too restless to say from which size on threads pay."),
      renderSweep({
        id: "lengths",
        title: "By length of a run",
        see: "The gain over one process, by how long a run takes. Handing a short run to a thread costs more than the run; for a long run it hardly matters.",
        how: "The task hash at several lengths, closed loop.",
        x: { label: "length of a bare run", text: formatTime },
        points: crossover.lengths,
      }),
      renderSweep({
        id: "payloads",
        title: "By size of the input",
        see: "The gain over one process, by how much data goes in. With threads, one event loop reads, checks, copies and writes all of it. With cluster, each process has its own event loop and copies nothing.",
        how: "The task json at several sizes of its input, closed loop.",
        x: { label: "size of the input", text: formatBytes },
        points: crossover.payloads,
      }),
    ],
  };
}

function renderSweep({ id, title, see, how, x, points }: Sweep): Markup {
  const names = [...new Set(points.flatMap(({ throughput }) => Object.keys(throughput)))];
  const heading = markup`<h3>${title}</h3>`;
  if (points.length === 0 || names.length === 0) {
    const what = points.length === 0 ? "This was not measured." : "No figure of this is valid.";
    return markup`${heading}${renderAbsence(what)}${renderFaults(points, x.text)}`;
  }
  // Absolute throughputs of sizes that differ a thousandfold would show nothing in one chart.
  const relative = points.some(({ throughput }) => (throughput["single"] ?? 0) > 0);
  const series = names
    .filter((name) => !(relative && name === "single"))
    .map((name, index) => ({
      name,
      style: chooseStyle(name, index),
      points: points.flatMap((point) => {
        const measured = point.throughput[name] ?? 0;
        const y = relative ? measured / (point.throughput["single"] ?? 0) : measured;
        const text = `${name} at ${x.text(point.x)}: ${formatRate(measured)}`;
        // A ratio that is not known is drawn hollow.
        const invalid = point.overSingle === null;
        return y > 0 && Number.isFinite(y) ? [{ x: point.x, y, text, invalid }] : [];
      }),
    }));
  const chart = {
    title: `Throughput ${relative ? "over one process" : "in runs a second"}, ${title.toLowerCase()}`,
    description: `One line each for ${series.map(({ name }) => name).join(", ")}. The same numbers are in the table below.`,
    x: { ...x, scale: "log" as const, ticks: points.map((point) => point.x) },
    y: relative
      ? { label: "times the throughput of single", scale: "log" as const, text: formatGain }
      : { label: "runs a second", scale: "log" as const, text: formatNumber },
    series,
    ...(relative ? { rule: { y: 1, label: "single" } } : {}),
  };
  return markup`${heading}${renderFigure({
    id,
    see,
    how: `${how} Medians of the rounds${describeConfidence(points)}; hollow if the ratio is not known. Both axes are logarithmic.`,
    legend: renderLegend(series),
    chart: (frame) => drawLines(frame, chart),
    table: {
      caption: `Runs a second, ${title.toLowerCase()}`,
      head: [x.label, ...names, "threads over single", "threads over cluster"],
      rows: points.map((point) => [
        x.text(point.x),
        ...names.map((name) => formatThroughput(point, name)),
        formatRatioInterval(point.overSingle),
        formatRatioInterval(point.overCluster),
      ]),
    },
  })}${renderFaults(points, x.text)}`;
}

/** The confidence of the table's intervals. */
function describeConfidence(points: readonly CrossoverPoint[]): string {
  const [estimate] = points.flatMap(({ overSingle }) => overSingle ?? []);
  return estimate === undefined
    ? ""
    : `, of which there were ${estimate.rounds}: the intervals in the table are of ${formatShare(estimate.confidence)}`;
}

/** Why cells were left out, or why a ratio is not known. */
function renderFaults(
  points: readonly CrossoverPoint[],
  text: (x: number) => string,
): Markup | null {
  const rows = points.flatMap(({ x, reasons }) =>
    reasons.map((reason) => markup`<li>${dropZeros(text(x))}: ${reason}.</li>\n`),
  );
  return rows.length === 0 ? null : markup`<ul class="sentences">${rows}</ul>`;
}

function formatThroughput({ throughput }: CrossoverPoint, name: string): string {
  const value = throughput[name];
  const single = throughput["single"];
  if (value === undefined) return "–";
  return single && name !== "single"
    ? `${formatNumber(value)} (${formatRatio(value / single)})`
    : formatNumber(value);
}

function formatGain(value: number): string {
  return `${Number(value.toPrecision(2))}×`;
}

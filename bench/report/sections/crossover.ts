import type { BenchResult, CrossoverPoint } from "../../results/bench-result.ts";
import { absent, renderFigure } from "../figure.ts";
import { type Markup, markup } from "../markup.ts";
import { bytes, digits, rate, time, times } from "../numbers.ts";
import type { Section } from "../page.ts";
import { seriesStyle } from "../palette.ts";
import { legend } from "../svg/drawing.ts";
import { lineChart } from "../svg/lines.ts";

interface Sweep {
  readonly id: string;
  readonly title: string;
  readonly see: string;
  readonly how: string;
  readonly x: { readonly label: string; readonly text: (value: number) => string };
  readonly points: readonly CrossoverPoint[];
}

export function crossoverSection({ crossover }: BenchResult): Section {
  const title = "From which size on threads pay";
  if (crossover === null) {
    const body = absent(
      "The crossover was not measured: the same task at several lengths of a run.",
    );
    return { id: "crossover", title, body };
  }
  return {
    id: "crossover",
    title,
    body: [
      markup`<p><strong>${crossover.sentence}</strong></p>`,
      sweepFigure({
        id: "lengths",
        title: "By length of a run",
        see: "The gain over one process, by how long a run takes. A short run costs less than handing it to a thread; a long one does not notice.",
        how: "The same task at several lengths, closed loop.",
        x: { label: "length of a bare run", text: time },
        points: crossover.lengths,
      }),
      sweepFigure({
        id: "payloads",
        title: "By size of the input",
        see: "The gain over one process, by how much data goes in. What goes to a thread is cloned on the way; in a process that serves its own connections it is not.",
        how: "The task json at several sizes of its input, closed loop.",
        x: { label: "size of the input", text: bytes },
        points: crossover.payloads,
      }),
    ],
  };
}

function sweepFigure({ id, title, see, how, x, points }: Sweep): Markup {
  const names = [...new Set(points.flatMap(({ throughput }) => Object.keys(throughput)))];
  const heading = markup`<h3>${title}</h3>`;
  if (points.length === 0 || names.length === 0) {
    return markup`${heading}${absent("This was not measured.")}`;
  }
  // Beside one another the throughputs of sizes that differ a thousandfold show nothing.
  const relative = points.every(({ throughput }) => (throughput["single"] ?? 0) > 0);
  const series = names
    .filter((name) => !(relative && name === "single"))
    .map((name, index) => ({
      name,
      style: seriesStyle(name, index),
      points: points.flatMap((point) => {
        const measured = point.throughput[name] ?? 0;
        const y = relative ? measured / (point.throughput["single"] ?? 1) : measured;
        const text = `${name} at ${x.text(point.x)}: ${rate(measured)}`;
        return measured > 0 ? [{ x: point.x, y, text }] : [];
      }),
    }));
  const chart = {
    title: `Throughput ${relative ? "over one process" : "in runs a second"}, ${title.toLowerCase()}`,
    description: `One line each for ${series.map(({ name }) => name).join(", ")}. The same numbers are in the table below.`,
    x: { ...x, scale: "log" as const, ticks: points.map((point) => point.x) },
    y: relative
      ? { label: "times the throughput of single", scale: "log" as const, text: gain }
      : { label: "runs a second", scale: "log" as const, text: digits },
    series,
    ...(relative ? { rule: { y: 1, label: "single" } } : {}),
  };
  return markup`${heading}${renderFigure({
    id,
    see,
    how: `${how} Both axes are logarithmic.`,
    legend: legend(series),
    chart: (frame) => lineChart(frame, chart),
    table: {
      caption: `Runs a second, ${title.toLowerCase()}`,
      head: [x.label, ...names],
      rows: points.map((point) => [x.text(point.x), ...names.map((name) => cell(point, name))]),
    },
  })}`;
}

function cell({ throughput }: CrossoverPoint, name: string): string {
  const value = throughput[name];
  const single = throughput["single"];
  if (value === undefined) return "–";
  return single && name !== "single"
    ? `${digits(value)} (${times(value / single)})`
    : digits(value);
}

function gain(value: number): string {
  return `${Number(value.toPrecision(2))}×`;
}

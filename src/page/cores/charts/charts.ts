/** Which charts there are, and their data. */

import type { SeenFigures, SeenWorker } from "../../../telemetry/watch/seen.ts";
import { formatBytes, formatMs, formatNumber } from "../../format.ts";
import { worstLoopOf } from "../tiles/tiles.ts";

export interface ChartLine {
  readonly label: string;
  readonly of: (figures: SeenFigures) => number | null;
}

export interface Chart {
  readonly title: string;
  readonly format: (value: number) => string;
  /** The axis goes at least so far. */
  readonly leastTop: number;
  readonly lines: readonly ChartLine[];
}

export const serverCharts: readonly Chart[] = [
  {
    ...{ title: "Runs, each second", format: formatNumber, leastTop: 1 },
    lines: [
      { label: "ended", of: ({ runs }) => runs.perSecond },
      { label: "refused", of: ({ runs }) => runs.refusedPerSecond },
    ],
  },
  {
    ...{ title: "Queue wait", format: formatMs, leastTop: 10 },
    lines: [
      { label: "p50", of: ({ runs }) => runs.queuedMs?.p50 ?? null },
      { label: "p99", of: ({ runs }) => runs.queuedMs?.p99 ?? null },
    ],
  },
  {
    ...{ title: "Run time", format: formatMs, leastTop: 10 },
    lines: [
      { label: "p50", of: ({ runs }) => runs.ranMs?.p50 ?? null },
      { label: "p99", of: ({ runs }) => runs.ranMs?.p99 ?? null },
    ],
  },
  {
    ...{ title: "Event-loop delay, worst worker", format: formatMs, leastTop: 10 },
    lines: [
      { label: "p50", of: ({ workers }) => worstLoopOf(workers)?.loopDelayMs.p50 ?? null },
      { label: "p99", of: ({ workers }) => worstLoopOf(workers)?.loopDelayMs.p99 ?? null },
    ],
  },
];

interface WorkerChart extends Omit<Chart, "lines"> {
  readonly of: (worker: SeenWorker) => number | null;
}

const workerCharts: readonly WorkerChart[] = [
  { title: "CPU, in cores", format: formatNumber, leastTop: 1, of: ({ cores }) => cores },
  { title: "Memory", format: formatBytes, leastTop: 1e8, of: ({ rssBytes }) => rssBytes },
  { title: "Connections", format: formatNumber, leastTop: 4, of: ({ connections }) => connections },
  {
    title: "Runs, each second",
    format: formatNumber,
    leastTop: 1,
    of: ({ runsPerSecond }) => runsPerSecond,
  },
];

/** The same four charts with a line for each worker. Lives that follow one another share a line. */
export function chartsOfWorkers(workers: readonly number[]): readonly Chart[] {
  return workerCharts.map(({ of, ...chart }) => ({
    ...chart,
    lines: workers.map((number) => ({
      label: `worker ${number}`,
      of: (figures: SeenFigures) => {
        // One that boots has told nothing yet.
        const worker = figures.workers.findLast(
          (each) => each.worker === number && each.stage !== "booting",
        );
        return worker === undefined ? null : of(worker);
      },
    })),
  }));
}

/** The workers that the figures name, in order. */
export function workersIn(history: readonly SeenFigures[]): readonly number[] {
  const numbers = new Set(history.flatMap(({ workers }) => workers.map(({ worker }) => worker)));
  return [...numbers].sort((one, other) => one - other);
}

/** Without figures for so long, the line has a gap. */
const gapMs = 4000;

/** The columns of a chart: times in seconds, then the values of each line. */
export function columnsOf(
  lines: readonly ChartLine[],
  history: readonly SeenFigures[],
): [number[], ...(number | null)[][]] {
  const times: number[] = [];
  const values: (number | null)[][] = lines.map(() => []);
  for (const [index, figures] of history.entries()) {
    const before = history[index - 1]?.at;
    if (before !== undefined && figures.at - before > gapMs) {
      times.push((before + 1) / 1000);
      for (const column of values) column.push(null);
    }
    times.push(figures.at / 1000);
    for (const [line, column] of values.entries()) column.push(lines[line]?.of(figures) ?? null);
  }
  return [times, ...values];
}

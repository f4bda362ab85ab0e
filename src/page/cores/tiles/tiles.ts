/** The figures that tell how the server is: what each means, and when to worry. */

import type { SeenFigures, SeenQuantiles, SeenWorker } from "../../../telemetry/watch/seen.ts";
import { formatBytes, formatMs, formatNumber } from "../../format.ts";

export interface Reading {
  readonly value: string;
  /** Beside it, smaller. */
  readonly also?: string;
  /** What is wrong, and what to think of; null if nothing is. */
  readonly worry: string | null;
}

export interface Tile {
  readonly title: string;
  /** What it means, and when to worry. */
  readonly means: string;
  /** @param history the figures of the last minutes; the last ones are of now */
  readonly read: (figures: SeenFigures, history: readonly SeenFigures[]) => Reading;
}

/** Waits and times below are good, whatever they are compared with. */
const goodMs = 20;
const longDelayMs = 100;
/** The line is nearly full. */
const nearlyFull = 0.8;
/** Figures in a row that show free slots beside waiting runs: one moment is no sign. */
const idleInRow = 4;
/** Memory that grew by so much of itself, in at least so long, and was never given back. */
const growth = 1.5;
const growthMs = 300_000;

export const tiles: readonly Tile[] = [
  {
    title: "Runs",
    means: "Runs that have ended, each second.",
    read: ({ runs }) => ({ value: `${formatNumber(runs.perSecond)}/s`, worry: null }),
  },
  {
    title: "Queue wait",
    means: "How long runs waited for a slot. Worry when half of them wait longer than they run.",
    read: ({ runs: { queuedMs, ranMs } }) => {
      const isLong = queuedMs !== null && queuedMs.p50 > Math.max(goodMs, ranMs?.p50 ?? 0);
      return {
        ...quantiles(queuedMs),
        worry: isLong
          ? "Half of the runs wait longer than they run: more comes than the slots can do."
          : null,
      };
    },
  },
  {
    title: "Run time",
    means: "How long runs held their slot. Worry when 1 % take ten times the median.",
    read: ({ runs: { ranMs } }) => {
      const isWide = ranMs !== null && ranMs.p99 > Math.max(longDelayMs, 10 * ranMs.p50);
      return {
        ...quantiles(ranMs),
        worry: isWide ? "A few runs take ten times the median. Short ones wait behind them." : null,
      };
    },
  },
  {
    title: "Waiting",
    means: "Runs in line, of how many may wait. Worry when the line is nearly full.",
    read: ({ pending, maxPending }) => ({
      value: formatNumber(pending),
      also: `of ${formatNumber(maxPending)}`,
      worry:
        pending >= nearlyFull * maxPending && maxPending > 0
          ? "The line is nearly full. Then the server answers 503."
          : null,
    }),
  },
  {
    title: "Refused",
    means: "Runs that were refused with 503, each second. Worry about any.",
    read: ({ runs: { refusedPerSecond } }) => ({
      value: `${formatNumber(refusedPerSecond)}/s`,
      worry:
        refusedPerSecond > 0
          ? "The line is full, or runs wait past their deadline. Clients have to come back later."
          : null,
    }),
  },
  {
    title: "Event-loop delay",
    means: "How late the event loop of the worst worker is, 1 % of the time. Worry above 100 ms.",
    read: ({ workers }) => {
      const worst = worstLoopOf(workers);
      const delayMs = worst?.loopDelayMs.p99 ?? 0;
      return {
        value: worst ? formatMs(delayMs) : "–",
        ...(worst && { also: `worker ${worst.worker}` }),
        worry:
          delayMs > longDelayMs
            ? "Runs hold the event loop: GET / waits for them. In threads they would not."
            : null,
      };
    },
  },
  {
    title: "CPU",
    means: "Cores that the workers use. Worry when slots are free while runs wait.",
    read: ({ workers }, history) => ({
      value: formatNumber(sum(workers.map(({ cores }) => cores ?? 0))),
      also: `cores, ${sum(workers.map(({ busySlots }) => busySlots))} of ${slotsOf(workers)} slots busy`,
      worry: hasIdleSlots(history)
        ? "Slots are free while runs wait: in another worker, or for more slots at once."
        : null,
    }),
  },
  {
    title: "Memory",
    means: "Of all workers together. Worry when it only grows.",
    read: ({ workers }, history) => ({
      value: formatBytes(memoryOf(workers)),
      worry: onlyGrows(history)
        ? "It has grown by half, and was never given back: see --max-rss."
        : null,
    }),
  },
];

function quantiles(quantiles: SeenQuantiles | null): Pick<Reading, "value" | "also"> {
  if (quantiles === null) return { value: "–" };
  return { value: formatMs(quantiles.p50), also: `p99 ${formatMs(quantiles.p99)}` };
}

/** The worker with the latest timers. */
export function worstLoopOf(workers: readonly SeenWorker[]): SeenWorker | undefined {
  const latest = (worker: SeenWorker) => worker.loopDelayMs.p99;
  return workers.toSorted((one, other) => latest(other) - latest(one))[0];
}

function hasIdleSlots(history: readonly SeenFigures[]): boolean {
  const last = history.slice(-idleInRow);
  const isIdle = ({ pending, workers }: SeenFigures) =>
    pending > 0 && sum(workers.map(({ busySlots }) => busySlots)) < slotsOf(workers);
  return last.length === idleInRow && last.every(isIdle);
}

function onlyGrows(history: readonly SeenFigures[]): boolean {
  const [first, last] = [history[0], history.at(-1)];
  if (!first || !last || last.at - first.at < growthMs) return false;
  const now = memoryOf(last.workers);
  const most = Math.max(...history.map(({ workers }) => memoryOf(workers)));
  const isSameFleet = first.workers.length === last.workers.length;
  return isSameFleet && now > growth * memoryOf(first.workers) && now >= 0.95 * most;
}

function memoryOf(workers: readonly SeenWorker[]): number {
  return sum(workers.map(({ rssBytes }) => rssBytes));
}

function slotsOf(workers: readonly SeenWorker[]): number {
  return sum(workers.map(({ slots }) => slots));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Messages between a worker and the primary's fleet: the figures of the server. */
import { isList, isNumber, isObject, isText, isTextList } from "../../channel/checks.ts";
import { fits, type Side } from "../../channel/contract.ts";
import { bounds, definitions, type MetricName } from "./definitions.ts";
import type { CountedMetric, Series, ServerFigures, WorkerState } from "./figures.ts";

/** What the primary takes. */
export const fleetSide = {
  calls: {
    /** The figures of the whole server, for `/metrics` and `/stats` of the main port. */
    figures: { args: {}, answer: isObject<ServerFigures> },
  },
  notes: {
    /** What the worker does now, and all that it has counted. At most a few times a second. */
    snapshot: { state: isWorkerState, counted: isCounted },
  },
} satisfies Side;

/** What a worker takes. */
export const memberSide = { calls: {}, notes: {} } satisfies Side;

/** A worker with more has a label without a bound: that is a mistake, or forged. */
const mostSeries = 20_000;

const definedNames = Object.keys(definitions).length;

const delays = { p50: isNumber, p99: isNumber, max: isNumber };

const loopState = {
  activeMs: isNumber,
  utilization: isNumber,
  delayMs: (value: unknown) => fits(value, delays),
};

const threadState = {
  ...{ place: isNumber, thread: isNumber },
  ...{ heapUsedBytes: isNumber, cpuMs: isNumber },
};

const workerState = {
  ...{ pending: isNumber, busySlots: isNumber, slots: isNumber, connections: isNumber },
  ...{ rssBytes: isNumber, heapUsedBytes: isNumber, cpuMs: isNumber },
  loop: (value: unknown) => fits(value, loopState),
  threads: (value: unknown) =>
    isList<unknown>(value) && value.every((thread) => fits(thread, threadState)),
};

function isWorkerState(value: unknown): value is WorkerState {
  return fits(value, workerState);
}

/** What a user's task has forged must neither end the primary nor spoil the text of `/metrics`. */
function isCounted(value: unknown): value is readonly CountedMetric[] {
  if (!isList<unknown>(value) || value.length > definedNames || !value.every(isMetric))
    return false;
  return value.reduce((sum, { series }) => sum + series.length, 0) <= mostSeries;
}

function isMetric(value: unknown): value is CountedMetric {
  if (!isObject<Partial<CountedMetric>>(value)) return false;
  const { name, series } = value;
  if (!isText(name) || !Object.hasOwn(definitions, name) || !isList<unknown>(series)) return false;
  const { type, labels } = definitions[name as MetricName];
  const numbers = type === "counter" ? 1 : bounds.length + 2; // Its sum, and the bucket past the last bound.
  return series.every((one) => isSeries(one, labels.length, numbers));
}

function isSeries(value: unknown, labelCount: number, numberCount: number): boolean {
  if (!isObject<Partial<Series>>(value)) return false;
  const { labels, numbers } = value;
  if (!isTextList(labels) || labels.length !== labelCount) return false;
  return isList(numbers) && numbers.length === numberCount && numbers.every(isNumber);
}

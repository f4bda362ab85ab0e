import { isProblemType, problems } from "../../problems.ts";
import { definitions } from "./definitions.ts";
import type { CountedMetric, LifeRuns } from "./figures.ts";

/** How many runs a life of a worker has counted. */
export function runsOf(counted: readonly CountedMetric[]): LifeRuns {
  return { ended: countEnded(counted), refused: countRefused(counted) };
}

/** Each run is once in this histogram, in the worker that carried it out. */
function countEnded(counted: readonly CountedMetric[]): number {
  let ended = 0;
  for (const { numbers } of seriesOf(counted, "manycore_run_duration_seconds")) {
    for (let bucket = 1; bucket < numbers.length; bucket++) ended += numbers[bucket] ?? 0;
  }
  return ended;
}

const outcomeAt = definitions.manycore_runs_total.labels.indexOf("outcome");

function countRefused(counted: readonly CountedMetric[]): number {
  let refused = 0;
  for (const { labels, numbers } of seriesOf(counted, "manycore_runs_total")) {
    const outcome = labels[outcomeAt] ?? "";
    if (isProblemType(outcome) && problems[outcome].status === 503) refused += numbers[0] ?? 0;
  }
  return refused;
}

function seriesOf(counted: readonly CountedMetric[], name: keyof typeof definitions) {
  return counted.find((metric) => metric.name === name)?.series ?? [];
}

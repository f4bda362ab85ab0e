/** The figures as `/stats` shows them: for people, and for scripts without a Prometheus. */
import type { QueueStats } from "../../jobs/stats.ts";
import { definitions, type MetricName } from "./definitions.ts";
import type { CountedMetric, Series, ServerFigures } from "./figures.ts";
import { toWholeUs } from "./whole-us.ts";

/** One set of labels of a counter, or of a histogram. */
export type StatsRow = Readonly<Record<string, string | number>>;

/** Which metric each list has, and by what names its labels go there. */
const lists = {
  runs: ["manycore_runs_total"],
  runTimes: ["manycore_run_duration_seconds"],
  queueTimes: ["manycore_run_queue_duration_seconds"],
  lentRuns: ["manycore_runs_lent_total"],
  borrowedRuns: ["manycore_runs_borrowed_total"],
  requests: ["http_server_request_duration_seconds", "method", "route", "status"],
  attempts: ["manycore_job_attempts_total"],
  workerRestarts: ["manycore_worker_restarts_total"],
  threadRestarts: ["manycore_thread_restarts_total"],
  refusedConnections: ["manycore_connections_refused_total"],
} as const satisfies Record<string, readonly [MetricName, ...string[]]>;

export type Stats = Pick<ServerFigures, "server" | "workers"> &
  Readonly<Record<keyof typeof lists, readonly StatsRow[]>> & {
    /** Null on a server without jobs, or if the queue does not answer. */
    readonly jobs: QueueStats | null;
  };

/** The body of `/stats`. */
export function statsOf(figures: ServerFigures, jobs: QueueStats | null): Stats {
  const { server, workers, counted } = figures;
  const rows = Object.entries(lists).map(([list, [name, ...labels]]) => [
    list,
    rowsOf(counted, name, labels),
  ]);
  return { server, workers, ...Object.fromEntries(rows), jobs };
}

function rowsOf(
  counted: readonly CountedMetric[],
  name: MetricName,
  labels: readonly string[],
): StatsRow[] {
  const names = labels.length > 0 ? labels : definitions[name].labels;
  const series = counted.find((metric) => metric.name === name)?.series ?? [];
  return series.map((one) => ({
    ...Object.fromEntries(names.map((label, position) => [label, one.labels[position] ?? ""])),
    ...valuesOf(name, one),
  }));
}

function valuesOf(name: MetricName, { numbers: [first = 0, ...counts] }: Series): StatsRow {
  if (definitions[name].type === "counter") return { count: first };
  const count = counts.reduce((sum, inBucket) => sum + inBucket, 0);
  return { count, meanMs: count > 0 ? toWholeUs((1000 * first) / count) : 0 };
}

import type { Histogram, QueueStats } from "../../jobs/stats.ts";
import { type ShownMetric, showHistogram } from "./shown-metric.ts";

/** The metrics of the queue. Times are seconds; counters start with the server. */
export function jobMetrics(stats: QueueStats): ShownMetric[] {
  const { states, queuedLimit, oldestWaitingMs, paused, submitted, retried, ended } = stats;
  const { waitMs, runMs } = stats;
  return [
    {
      name: "manycore_jobs",
      help: "Jobs in each state now. Ended jobs count until their retention is over.",
      type: "gauge",
      values: Object.entries(states).map(([state, value]) => ({ labels: { state }, value })),
    },
    {
      name: "manycore_jobs_queued_limit",
      help: "The most jobs that may be queued (--max-queued).",
      type: "gauge",
      values: [{ labels: {}, value: queuedLimit }],
    },
    {
      name: "manycore_jobs_oldest_waiting_seconds",
      help: "Age of the oldest job that is ready to run; 0 if there is none.",
      type: "gauge",
      values: [{ labels: {}, value: (oldestWaitingMs ?? 0) / 1000 }],
    },
    {
      name: "manycore_jobs_paused",
      help: "1 while jobs are paused: of all tasks (no label), or of a task.",
      type: "gauge",
      values: [
        { labels: {}, value: paused.all ? 1 : 0 },
        ...paused.tasks.map((task) => ({ labels: { task }, value: 1 })),
      ],
    },
    counter("manycore_jobs_submitted_total", "Jobs that were accepted.", submitted),
    counter("manycore_jobs_retried_total", "Failed attempts that are tried again.", retried),
    {
      name: "manycore_jobs_ended_total",
      help: "Jobs that ended, by their final state.",
      type: "counter",
      values: ended.map(({ task, state, count: value }) => ({ labels: { task, state }, value })),
    },
    histogram("manycore_job_wait_seconds", "From when a job is ready to run to its start.", waitMs),
    histogram("manycore_job_run_seconds", "From the start of an attempt to its end.", runMs),
  ];
}

function counter(name: string, help: string, value: number): ShownMetric {
  return { name, help, type: "counter", values: [{ labels: {}, value }] };
}

function histogram(name: string, help: string, { count, sum, buckets }: Histogram): ShownMetric {
  const within = [...buckets.map((bucket) => bucket.count), count];
  const counts = within.map((most, position) => most - (within[position - 1] ?? 0));
  const bounds = buckets.map(({ atMost }) => atMost / 1000);
  const values = showHistogram(name, {}, { sum: sum / 1000, counts, bounds });
  return { name, help, type: "histogram", values };
}

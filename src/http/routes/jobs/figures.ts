import type { Histogram, QueueStats } from "../../../jobs/stats.ts";
import type { Family, Sample } from "../../../telemetry/metrics.ts";

/** Makes the metrics of the queue for Prometheus. Times are seconds; counters start with the server. */
export function makeJobMetrics(stats: QueueStats): Family[] {
  const { states, oldestWaitingMs, paused, submitted, retried, waitMs, runMs } = stats;
  return [
    {
      name: "manycore_jobs",
      help: "Jobs in each state now. Ended jobs count until their retention is over.",
      type: "gauge",
      samples: Object.entries(states).map(([state, value]) => ({ labels: { state }, value })),
    },
    {
      name: "manycore_jobs_oldest_waiting_seconds",
      help: "Age of the oldest job that is ready to run; 0 if there is none.",
      type: "gauge",
      samples: [{ value: (oldestWaitingMs ?? 0) / 1000 }],
    },
    {
      name: "manycore_jobs_paused",
      help: "1 while jobs are paused: of all tasks (no label), or of a task.",
      type: "gauge",
      samples: [
        { value: paused.all ? 1 : 0 },
        ...paused.tasks.map((task) => ({ labels: { task }, value: 1 })),
      ],
    },
    counter("manycore_jobs_submitted_total", "Jobs that were accepted.", submitted),
    counter("manycore_jobs_retried_total", "Failed attempts that are tried again.", retried),
    histogram("manycore_job_wait_seconds", "From when a job is ready to run to its start.", waitMs),
    histogram("manycore_job_run_seconds", "From the start of an attempt to its end.", runMs),
  ];
}

function counter(name: string, help: string, value: number): Family {
  return { name, help, type: "counter", samples: [{ value }] };
}

function histogram(name: string, help: string, { count, sum, buckets }: Histogram): Family {
  const within: Sample[] = buckets.map(({ atMost, count: value }) => ({
    suffix: "_bucket",
    labels: { le: String(atMost / 1000) },
    value,
  }));
  const samples = [
    ...within,
    { suffix: "_bucket", labels: { le: "+Inf" }, value: count },
    { suffix: "_sum", value: sum / 1000 },
    { suffix: "_count", value: count },
  ];
  return { name, help, type: "histogram", samples };
}

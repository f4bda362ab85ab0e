import type { Histogram, QueueStats } from "../../../jobs/stats.ts";
import type { Family, Sample } from "../../../telemetry/metrics.ts";

/** The queue in figures, as Prometheus reads them: seconds, and counters since the server started. */
export function measureJobs(stats: QueueStats): Family[] {
  const { states, oldestWaitingMs, submitted, retried, waitMs, runMs } = stats;
  return [
    {
      name: "manycore_jobs",
      help: "Jobs in each state now; ended ones until their retention is over.",
      type: "gauge",
      samples: Object.entries(states).map(([state, value]) => ({ labels: { state }, value })),
    },
    {
      name: "manycore_jobs_oldest_waiting_seconds",
      help: "How long the oldest job that could run has waited; 0 where none waits.",
      type: "gauge",
      samples: [{ value: (oldestWaitingMs ?? 0) / 1000 }],
    },
    counter("manycore_jobs_submitted_total", "Jobs that were accepted.", submitted),
    counter("manycore_jobs_retried_total", "Attempts that failed and are made again.", retried),
    histogram("manycore_job_wait_seconds", "From when a job could start to its start.", waitMs),
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

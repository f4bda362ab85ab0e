/** Every metric that is counted: its type, its help and its labels. docs/metrics.md explains them. */

/** Upper bounds of buckets, in seconds: those that OpenTelemetry advises for the length of requests. */
export const bounds = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const;

export interface Definition {
  readonly type: "counter" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
}

const counter = <const Labels extends readonly string[]>(help: string, ...labels: Labels) =>
  ({ type: "counter", help, labels }) as const satisfies Definition;
const histogram = <const Labels extends readonly string[]>(help: string, ...labels: Labels) =>
  ({ type: "histogram", help, labels }) as const satisfies Definition;

/** In the order in which they are shown. */
export const definitions = {
  manycore_runs_total: counter(
    "Runs that ended or were refused.",
    ...(["task", "executor", "lane", "outcome"] as const),
  ),
  manycore_run_queue_duration_seconds: histogram(
    "From the acceptance of a run to its start.",
    ...(["task", "executor", "lane"] as const),
  ),
  manycore_run_duration_seconds: histogram(
    "How long runs held their slots.",
    ...(["task", "executor", "lane"] as const),
  ),
  manycore_runs_lent_total: counter(
    "Waiting runs that the worker lent to others.",
    ...(["worker", "task", "ending"] as const),
  ),
  manycore_runs_borrowed_total: counter(
    "Runs that the worker carried out for others.",
    ...(["worker", "task", "outcome"] as const),
  ),
  http_server_request_duration_seconds: histogram(
    "From the head of a request to the end of its answer.",
    ...(["http_request_method", "http_route", "http_response_status_code"] as const),
  ),
  manycore_worker_requests_total: counter("Requests that ended.", "worker"),
  manycore_worker_connections_total: counter("Connections that were accepted.", "worker"),
  manycore_connections_refused_total: counter("Connections that were closed at once.", "reason"),
  manycore_job_attempts_total: counter("Attempts of jobs that ended.", "task", "ending"),
  manycore_worker_cpu_seconds_total: counter("CPU time of the worker's process.", "worker"),
  manycore_worker_event_loop_active_seconds_total: counter(
    "How long the worker's event loop was not idle.",
    "worker",
  ),
  manycore_worker_restarts_total: counter("Workers that ended and were replaced.", "reason"),
  manycore_thread_restarts_total: counter("Threads that ended and were replaced.", "reason"),
} satisfies Record<string, Definition>;

export type MetricName = keyof typeof definitions;

/** The labels of a metric, by position. */
export type LabelsOf<Name extends MetricName> = Texts<(typeof definitions)[Name]["labels"]>;

type Texts<List extends readonly string[]> = { readonly [Position in keyof List]: string };

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(definitions, name);
}

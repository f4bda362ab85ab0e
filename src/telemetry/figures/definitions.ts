/** Every metric that is counted: its name, its help, its labels and its bounds. */

/** Upper bounds of buckets, in seconds: those that OpenTelemetry advises for the length of requests. */
export const bounds = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const;

export interface Definition {
  readonly type: "counter" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
}

const counter = (help: string, ...labels: string[]) =>
  ({ type: "counter", help, labels }) as const satisfies Definition;
const histogram = (help: string, ...labels: string[]) =>
  ({ type: "histogram", help, labels }) as const satisfies Definition;

export const definitions = {
  manycore_runs_total: counter(
    "Runs that ended or were refused.",
    ...["task", "executor", "lane", "outcome"],
  ),
  manycore_run_duration_seconds: histogram(
    "How long runs held their slots.",
    ...["task", "executor", "lane"],
  ),
  manycore_run_queue_duration_seconds: histogram(
    "From the acceptance of a run to its start.",
    ...["task", "executor", "lane"],
  ),
  http_server_request_duration_seconds: histogram(
    "From the arrival of a request's head to the end of its answer.",
    ...["http_request_method", "http_route", "http_response_status_code"],
  ),
  manycore_requests_total: counter("Requests that were answered.", "worker"),
  manycore_connections_total: counter("Connections that were accepted.", "worker"),
  manycore_connections_refused_total: counter("Connections that were closed unanswered.", "reason"),
  manycore_job_attempts_total: counter("Attempts that ended.", "task", "ending"),
  manycore_worker_restarts_total: counter("Workers that were replaced.", "reason"),
  manycore_thread_restarts_total: counter("Piscina threads that were replaced.", "reason"),
} satisfies Record<string, Definition>;

export type MetricName = keyof typeof definitions;

import { beforeEach, expect, test } from "vitest";
import type { Life } from "../../../src/channel/life.ts";
import { AppError } from "../../../src/errors.ts";
import { type RequestEnded, Telemetry } from "../../../src/telemetry/events.ts";
import type { Counting } from "../../../src/telemetry/figures/counting.ts";
import { definitions } from "../../../src/telemetry/figures/definitions.ts";
import { countPrimaryEvents } from "../../../src/telemetry/figures/primary-metrics.ts";
import { countWorkerEvents } from "../../../src/telemetry/figures/worker-metrics.ts";

let telemetry: Telemetry;
let counting: Counting;

beforeEach(() => {
  telemetry = new Telemetry();
  counting = countWorkerEvents(telemetry, 2);
});

/** The series of a metric: its labels as text, and its numbers. */
function seriesOf(name: string): Record<string, readonly number[]> {
  const found = counting.counted().find((metric) => metric.name === name)?.series ?? [];
  return Object.fromEntries(found.map(({ labels, numbers }) => [labels.join(" "), numbers]));
}

/** How many values a histogram has, and their sum. */
function valuesOf(name: string): Record<string, { count: number; sum: number }> {
  return Object.fromEntries(
    Object.entries(seriesOf(name)).map(([labels, [sum = 0, ...counts]]) => [
      labels,
      { count: counts.reduce((all, count) => all + count, 0), sum },
    ]),
  );
}

const run = {
  task: "hash",
  executor: "inline",
  lane: "live",
  run: { job: undefined, attempt: undefined },
  ...{ ranMs: null, thread: null, cpuMs: null },
  isBorrowed: false,
} as const;

test("a run counts by how it ended, with its wait and its time", () => {
  telemetry.emit("run.ended", { ...run, queuedMs: 20, heldMs: 300, outcome: "succeeded" });
  telemetry.emit("run.ended", { ...run, queuedMs: 0, heldMs: 700, outcome: "task-failed" });
  telemetry.emit("run.ended", {
    ...run,
    lane: "jobs",
    queuedMs: 0,
    heldMs: 1,
    outcome: "cancelled",
  });
  expect(seriesOf("manycore_runs_total")).toEqual({
    "hash inline live succeeded": [1],
    "hash inline live task-failed": [1],
    "hash inline jobs cancelled": [1],
  });
  expect(valuesOf("manycore_run_queue_duration_seconds")["hash inline live"]).toEqual({
    ...{ count: 2, sum: 0.02 },
  });
  expect(valuesOf("manycore_run_duration_seconds")["hash inline live"]).toEqual({
    ...{ count: 2, sum: 1 },
  });
});

test("a refused run counts, and has no times", () => {
  const { task, executor, lane } = run;
  telemetry.emit("run.refused", { task, executor, lane, outcome: "overloaded" });
  expect(seriesOf("manycore_runs_total")).toEqual({ "hash inline live overloaded": [1] });
  expect(seriesOf("manycore_run_duration_seconds")).toEqual({});
});

test("a run that went to another worker counts as a run at home, and with its times elsewhere", () => {
  const { task, executor, lane } = run;
  telemetry.emit("run.ended-elsewhere", { task, executor, lane, outcome: "succeeded" });
  telemetry.emit("run.lent", { task, ending: "ran" });
  expect(seriesOf("manycore_runs_total")).toEqual({ "hash inline live succeeded": [1] });
  expect(seriesOf("manycore_runs_lent_total")).toEqual({ "2 hash ran": [1] });
  expect(seriesOf("manycore_run_duration_seconds")).toEqual({});
  const borrowed = { ...run, isBorrowed: true, queuedMs: 20, heldMs: 300 };
  telemetry.emit("run.ended", { ...borrowed, outcome: "task-failed" });
  expect(seriesOf("manycore_runs_total")).toEqual({ "hash inline live succeeded": [1] });
  expect(seriesOf("manycore_runs_borrowed_total")).toEqual({ "2 hash task-failed": [1] });
  expect(valuesOf("manycore_run_duration_seconds")["hash inline live"]).toEqual({
    ...{ count: 1, sum: 0.3 },
  });
});

const request: RequestEnded = {
  ...{ requestId: "a", method: "GET", path: "/jobs/1", route: "/jobs/:id", status: 200 },
  ...{ bytes: 1, durationMs: 4, clientAddress: undefined, userAgent: undefined },
};

test("a request counts by method, route and status, and by its worker", () => {
  telemetry.emit("request.ended", request);
  telemetry.emit("request.ended", { ...request, durationMs: 8 });
  telemetry.emit("request.ended", { ...request, route: undefined, status: 404 });
  telemetry.emit("request.ended", { ...request, method: "BREW", route: undefined, status: 501 });
  telemetry.emit("request.ended", { ...request, status: null, clientGone: true });
  expect(valuesOf("http_server_request_duration_seconds")).toEqual({
    "GET /jobs/:id 200": { count: 2, sum: 0.012 },
    "GET  404": { count: 1, sum: 0.004 },
    "_OTHER  501": { count: 1, sum: 0.004 },
    "GET /jobs/:id ": { count: 1, sum: 0.004 },
  });
  expect(seriesOf("manycore_worker_requests_total")).toEqual({ "2": [5] });
});

test("connections, attempts and threads count", () => {
  telemetry.emit("connection.opened");
  telemetry.emit("connection.opened");
  telemetry.emit("connection.refused", { connections: 5, limit: 10 });
  const attempt = { job: "a", attempt: 1, task: "double" };
  telemetry.emit("job.attempt-ended", { ...attempt, ending: "succeeded" });
  const error = new AppError("task-failed", "It failed.");
  telemetry.emit("job.attempt-ended", { ...attempt, ending: "failed", error });
  telemetry.emit("thread.ended", { reason: "crashed" });
  expect(seriesOf("manycore_worker_connections_total")).toEqual({ "2": [2] });
  expect(seriesOf("manycore_connections_refused_total")).toEqual({ limit: [1] });
  expect(seriesOf("manycore_job_attempts_total")).toEqual({
    ...{ "double succeeded": [1], "double failed": [1] },
  });
  expect(seriesOf("manycore_thread_restarts_total")).toEqual({ crashed: [1] });
});

test("each event is a change, and reading is none", () => {
  const start = counting.changes;
  counting.counted();
  expect(counting.changes).toBe(start);
  telemetry.emit("request.ended", request);
  telemetry.emit("run.ended", { ...run, queuedMs: 0, heldMs: 1, outcome: "succeeded" });
  telemetry.emit("connection.opened");
  expect(counting.changes).toBe(start + 3);
});

test("CPU time and active time of the event loop are those of this process, and grow", () => {
  const names = ["cpu_seconds_total", "event_loop_active_seconds_total"];
  const read = () => names.map((name) => seriesOf(`manycore_worker_${name}`)["2"]?.[0] ?? 0);
  const [cpu = 0, active = 0] = read();
  const { user, system } = process.cpuUsage();
  expect(cpu).toBeGreaterThan(0);
  expect(cpu).toBeLessThanOrEqual((user + system) / 1e6);
  const until = performance.now() + 30;
  while (performance.now() < until);
  const [laterCpu = 0, laterActive = 0] = read();
  expect(laterCpu).toBeGreaterThan(cpu);
  expect(laterActive).toBeGreaterThanOrEqual(active);
});

test("the primary counts the connections that it had to close", () => {
  const primary = countPrimaryEvents(telemetry);
  telemetry.emit("connection.closed", { process: "the primary", limit: 64 });
  expect(primary.changes).toBe(1);
  expect(primary.counted()).toContainEqual({
    name: "manycore_connections_refused_total",
    series: [{ labels: ["descriptors"], numbers: [1] }],
  });
});

test("a worker that is replaced is a restart, with its reason; one that is not is none", () => {
  const primary = countPrimaryEvents(telemetry);
  const of = { worker: 1, life: 1 as Life, pid: 9, level: "info", code: 0, signal: null } as const;
  for (const reason of ["crashed", "memory", "crashed", "stopped", "fewer-workers"] as const) {
    telemetry.emit("worker.ended", { ...of, reason, uptimeMs: 1, because: undefined });
  }
  expect(primary.counted()).toContainEqual({
    name: "manycore_worker_restarts_total",
    series: [
      { labels: ["crashed"], numbers: [2] },
      { labels: ["memory"], numbers: [1] },
    ],
  });
});

test("each metric is counted by the worker or by the primary", () => {
  const both = [...counting.counted(), ...countPrimaryEvents(telemetry).counted()];
  expect(new Set(both.map(({ name }) => name))).toEqual(new Set(Object.keys(definitions)));
});

import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import type { QueueStats } from "../../../src/jobs/stats.ts";
import { metricsText } from "../../../src/telemetry/figures/exposition.ts";
import type { ServerFigures } from "../../../src/telemetry/figures/figures.ts";
import { fullFigures, queueStats } from "../../helpers/figures.ts";

/** Every sample of a text: its name and labels as they are written, and its value. */
async function samplesOf(figures: ServerFigures, jobs: QueueStats | null = null) {
  const text = await metricsText(figures, jobs);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

const figures = fullFigures();
const [worker] = figures.workers;
if (!worker?.state) throw new Error("The fixture has a worker");

test("counters and histograms have their names and labels", async () => {
  const samples = await samplesOf(figures, queueStats);
  const run = 'task="hash",executor="inline",lane="live"';
  expect(samples).toMatchObject({
    [`manycore_runs_total{${run},outcome="succeeded"}`]: 3,
    [`manycore_run_duration_seconds_bucket{${run},le="0.005"}`]: 1,
    [`manycore_run_duration_seconds_bucket{${run},le="10"}`]: 2,
    [`manycore_run_duration_seconds_bucket{${run},le="+Inf"}`]: 3,
    [`manycore_run_duration_seconds_sum{${run}}`]: 15.5,
    [`manycore_run_duration_seconds_count{${run}}`]: 3,
    'manycore_jobs_ended_total{task="hash",state="failed"}': 2,
    'manycore_job_wait_seconds_bucket{le="0.001"}': 1,
    'manycore_job_wait_seconds_bucket{le="+Inf"}': 4,
    manycore_job_wait_seconds_sum: 0.5,
  });
});

test("a request without a route or a status has no such label", async () => {
  const counted = [
    {
      name: "http_server_request_duration_seconds",
      series: [{ labels: ["GET", "", ""], numbers: [0.5, ...Array(15).fill(0)] }],
    },
  ];
  const samples = await samplesOf({ ...figures, counted });
  expect(samples).toHaveProperty(
    'http_server_request_duration_seconds_sum{http_request_method="GET"}',
    0.5,
  );
});

test("a label can hold whatever a text can", async () => {
  const counted = [
    {
      name: "manycore_job_attempts_total",
      series: [{ labels: ['a"b\\c\nd', "failed"], numbers: [1] }],
    },
  ];
  const samples = await samplesOf({ ...figures, counted });
  expect(samples).toHaveProperty(
    String.raw`manycore_job_attempts_total{task="a\"b\\c\nd",ending="failed"}`,
    1,
  );
});

test("what this version does not count is left out", async () => {
  const counted = [{ name: "toString", series: [{ labels: [], numbers: [1] }] }];
  expect(await metricsText({ ...figures, counted }, null)).not.toContain("toString");
});

test("two lives in one place are shown together: what they hold adds up, delays do not", async () => {
  const state = { ...worker.state, busySlots: 1, rssBytes: 1000 } as typeof worker.state;
  const old = { ...worker, stage: "leaving", snapshotAgeMs: 3000, state } as const;
  const booting = {
    ...worker,
    worker: 2,
    stage: "booting",
    snapshotAgeMs: null,
    state: null,
  } as const;
  const young = { ...worker, stage: "ready", snapshotAgeMs: 100, state } as const;
  const samples = await samplesOf({ ...figures, workers: [old, young, booting] });
  expect(samples).toMatchObject({
    'manycore_workers{stage="booting"}': 1,
    'manycore_workers{stage="ready"}': 1,
    'manycore_workers{stage="leaving"}': 1,
    'manycore_worker_busy_slots{worker="1"}': 2,
    'manycore_worker_resident_memory_bytes{worker="1"}': 2000,
    'manycore_worker_event_loop_delay_max_seconds{worker="1"}': 0.009,
    'manycore_worker_snapshot_age_seconds{worker="1"}': 3,
  });
  expect(Object.keys(samples).filter((name) => name.includes('worker="2"'))).toEqual([]);
});

test("a stage without a worker is 0, and not missing", async () => {
  const samples = await samplesOf({ ...figures, workers: [] });
  expect(samples).toMatchObject({
    'manycore_workers{stage="ready"}': 0,
    'manycore_workers{stage="leaving"}': 0,
  });
});

test("without a queue there are no figures of jobs", async () => {
  expect(await metricsText(figures, null)).not.toMatch(/^manycore_jobs?_(?!attempts)/m);
});

const promtool = spawnSync("promtool", ["--version"]).error === undefined;

test.skipIf(!promtool && !process.env["CI"])("promtool finds no fault in it", async () => {
  const input = await metricsText(figures, queueStats);
  const told = execFileSync("promtool", ["check", "metrics"], { input, encoding: "utf8" });
  expect(told).toBe("");
});

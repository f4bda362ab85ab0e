/** The metrics of a real server: each happening counts once, and every documented metric is there. */
import { spawnSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { metricsText } from "../../src/telemetry/figures/exposition.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { fullFigures, queueStats } from "../helpers/figures.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = fileURLToPath(new URL("../fixtures/tasks.ts", import.meta.url));
const folder = new Folder();
let server: ServerProcess;
let control: string;

beforeAll(async () => {
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`, "--control", "0"];
  const mode = ["--mode", "hybrid", "--workers", "2", "--threads", "1"];
  server = await ServerProcess.start([...queue, ...mode, "--tasks", tasks]);
  control = /control at (\S+)/.exec(server.stdout)?.[1] ?? "";
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** A request over a connection of its own, so that both workers get some. */
async function send(path: string, body?: object): Promise<Response> {
  const headers = { "content-type": "application/json", connection: "close" };
  const init = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
  const response = await fetch(new URL(path, server.url), init);
  await response.clone().text();
  return response;
}

/** The samples of `/metrics` once these are as expected: workers push what they count every 250 ms. */
async function samplesWith(expected: Readonly<Record<string, number>>) {
  for (;;) {
    const text = await (await fetch(new URL("/metrics", control))).text();
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const samples = Object.fromEntries(
      lines.map((line) => {
        const end = line.lastIndexOf(" ");
        return [line.slice(0, end), Number(line.slice(end + 1))] as const;
      }),
    );
    const late = Object.entries(expected).filter(([name, value]) => (samples[name] ?? 0) < value);
    if (late.length === 0) return { text, samples };
    await pause(20);
  }
}

const ofRun = (task: string, executor: string, outcome: string, lane = "live") =>
  `manycore_runs_total{task="${task}",executor="${executor}",lane="${lane}",outcome="${outcome}"}`;
const ofRequests = (method: string, route: string, status: number) => {
  const matched = route === "" ? "" : `,http_route="${route}"`;
  return `http_server_request_duration_seconds_count{http_request_method="${method}"${matched},http_response_status_code="${status}"}`;
};

test("each happening counts once, whichever worker had it", { timeout: 60_000 }, async () => {
  for (let run = 0; run < 4; run++) await send("/hash?iterations=1000&input=secret");
  await send("/tasks/double", { value: "no number" });
  await send("/tasks/double?executor=inline", { value: 1 });
  await send("/tasks/exit", { code: 3 });
  await send("/nowhere/secret");
  const submitted = [
    { task: "double", input: { value: 2 } },
    { task: "throws", input: { message: "no" }, maxAttempts: 2, backoffMs: 0 },
  ];
  for (const job of submitted) await send("/jobs", job);
  const expected = {
    [ofRun("hash", "threads", "succeeded")]: 4,
    [ofRun("double", "inline", "succeeded")]: 1,
    [ofRun("exit", "threads", "run-crashed")]: 1,
    [ofRun("double", "threads", "succeeded", "jobs")]: 1,
    [ofRun("throws", "threads", "task-failed", "jobs")]: 2,
    'manycore_run_duration_seconds_count{task="hash",executor="threads",lane="live"}': 4,
    [ofRequests("GET", "/hash", 200)]: 4,
    [ofRequests("POST", "/tasks/:task", 422)]: 1,
    [ofRequests("POST", "/tasks/:task", 500)]: 1,
    [ofRequests("GET", "", 404)]: 1,
    [ofRequests("POST", "/jobs", 202)]: 2,
    'manycore_thread_restarts_total{reason="crashed"}': 1,
    'manycore_job_attempts_total{task="throws",ending="failed"}': 2,
    'manycore_jobs_ended_total{task="double",state="succeeded"}': 1,
    'manycore_jobs_ended_total{task="throws",state="failed"}': 1,
    manycore_jobs_submitted_total: 2,
    manycore_jobs_retried_total: 1,
  };
  const { text, samples } = await samplesWith(expected);
  expect(samples).toMatchObject(expected);
  expect(text).not.toContain("secret");
  for (const name of ["requests", "connections"]) {
    const byWorker = [1, 2].map(
      (worker) => samples[`manycore_worker_${name}_total{worker="${worker}"}`] ?? 0,
    );
    expect(Math.min(...byWorker)).toBeGreaterThan(0);
  }
});

/** The metrics of a text, by their lines of HELP. */
function familiesOf(text: string): string[] {
  return [...text.matchAll(/^# HELP (\w+)/gm)].map(([, name = ""]) => name).sort();
}

test("a server has the metrics that docs/metrics.md explains, and promtool reads them", async () => {
  const ofThreads = { [`manycore_workers{stage="ready"}`]: 2, manycore_workers_desired: 2 };
  let { text } = await samplesWith(ofThreads);
  // Threads are asked once a second.
  while (!text.includes("manycore_thread_cpu_seconds_total{")) ({ text } = await samplesWith({}));
  expect(familiesOf(text)).toEqual(familiesOf(await metricsText(fullFigures(), queueStats)));
  const promtool = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  if (promtool.error && !process.env["CI"]) return; // Debian's package prometheus is missing.
  expect([promtool.status, promtool.stdout + promtool.stderr]).toEqual([0, ""]);
});

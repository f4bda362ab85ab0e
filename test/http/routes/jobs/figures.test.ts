import request from "supertest";
import { expect, test } from "vitest";
import { AppError } from "../../../../src/errors.ts";
import { createApp } from "../../../../src/http/app.ts";
import type { JobQueue } from "../../../../src/jobs/queue.ts";
import { JobApp } from "../../../helpers/job-app.ts";
import { testServices } from "../../../helpers/services.ts";

test("/stats and /metrics cover the whole queue, whichever worker answers", async () => {
  await using app = await JobApp.open();
  app.run();
  const post = (task: string, input: object) =>
    request(app.listener).post("/jobs").send({ task, input, maxAttempts: 2, backoffMs: 0 });
  for (const [task, input] of [
    ["double", { value: 1 }],
    ["throws", { message: "no" }],
  ] as const) {
    await app.ended((await post(task, input)).body.id);
  }
  const { body } = await request(app.another()).get("/stats");
  expect(body.jobs).toMatchObject({
    states: { queued: 0, running: 0, succeeded: 1, failed: 1, cancelled: 0, expired: 0 },
    queuedLimit: 1_000_000,
    oldestWaitingMs: null,
    submitted: 2,
    retried: 1,
    waitMs: { count: 3 },
    runMs: { count: 3 },
  });
  const { text, headers } = await request(app.another()).get("/metrics");
  expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(text).toContain('\nmanycore_jobs{state="failed"} 1\n');
  expect(text).toContain("\nmanycore_jobs_queued_limit 1000000\n");
  expect(text).toContain("\nmanycore_jobs_submitted_total 2\n");
  expect(text).toContain('\nmanycore_job_run_seconds_bucket{le="+Inf"} 3\n');
  const run = /^manycore_job_run_seconds_sum (\S+)$/m.exec(text)?.[1];
  expect(Number(run)).toBe(body.jobs.runMs.sum / 1000);
});

test("the age of the oldest waiting job is there", async () => {
  await using app = await JobApp.open();
  const job = { task: "double", input: { value: 1 } };
  await request(app.listener).post("/jobs").send(job);
  const later = { ...job, runAt: new Date(Date.now() + 60_000).toISOString() };
  await request(app.listener).post("/jobs").send(later);
  const { body } = await request(app.listener).get("/stats");
  expect(body.jobs.states.queued).toBe(2);
  expect(body.jobs.oldestWaitingMs).toBeGreaterThanOrEqual(0);
  expect(body.jobs.oldestWaitingMs).toBeLessThan(50_000);
});

test("every line of /metrics follows Prometheus's format", async () => {
  await using app = await JobApp.open();
  const { text } = await request(app.listener).get("/metrics");
  expect(text.endsWith("\n")).toBe(true);
  for (const line of text.trimEnd().split("\n")) {
    expect(line).toMatch(
      /^(|# (HELP|TYPE) [a-z]\w+ .+|[a-z]\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[\d.e+-]+)$/,
    );
  }
});

test.each([
  ["fails", () => Promise.reject(new AppError("queue-unavailable", "The file was cut short."))],
  ["does not answer", () => new Promise<never>(() => {})],
])("a queue that %s does not hide the other figures", async (_, stats) => {
  const jobs = { jobs: { stats } } as unknown as JobQueue;
  const app = createApp(testServices({ jobs })).callback();
  const [shown, metrics] = await Promise.all([
    request(app).get("/stats"),
    request(app).get("/metrics"),
  ]);
  expect(shown.status).toBe(200);
  expect(shown.body).toMatchObject({ jobs: null, server: { pid: expect.any(Number) } });
  expect(metrics.status).toBe(200);
  expect(metrics.text).toContain("manycore_build_info");
  expect(metrics.text).not.toContain("manycore_jobs");
});

test("without a queue there are no figures of jobs", async () => {
  const off = createApp(testServices()).callback();
  expect((await request(off).get("/stats")).body).toMatchObject({ jobs: null });
  const { status, text } = await request(off).get("/metrics");
  expect(status).toBe(200);
  expect(text).toMatch(/^manycore_build_info\{version="[\d.]+",node="v[\d.]+"\} 1$/m);
  expect(text).not.toContain("manycore_jobs");
});

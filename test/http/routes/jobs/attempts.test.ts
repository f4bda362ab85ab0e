import request from "supertest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JobApp } from "../../../helpers/job-app.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open();
});
afterEach(() => app[Symbol.asyncDispose]());

const get = (path: string) => request(app.listener).get(path);

async function submitted(task: string, input: object, more: object = {}): Promise<string> {
  const job = { task, input, backoffMs: 1, ...more };
  const { body } = await request(app.listener).post("/jobs").send(job);
  return body.id as string;
}

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);

describe("GET /jobs/:id/attempts", () => {
  test("shows every attempt that has ended, the oldest first, with error and log", async () => {
    app.run();
    const words = { lines: ["page 1", "page 2"], fails: true };
    const id = await submitted("speaks", words, { maxAttempts: 2 });
    await app.ended(id);
    const { status, headers, body } = await get(`/jobs/${id}/attempts`);
    expect(status).toBe(200);
    expect(headers["cache-control"]).toBe("no-cache");
    const attempt = {
      outcome: "failed",
      counts: true,
      startedAt: time,
      endedAt: time,
      worker: 1,
      pid: null, // The queue of this test has no processes.
      executor: "inline",
      queuedMs: expect.any(Number),
      ranMs: expect.any(Number),
      cpuMs: null,
      error: {
        type: "/problems/task-failed",
        title: "The task failed",
        detail: `Task speaks failed. The server's log has the error (job ${id}).`,
      },
      log: [
        { at: time, text: "page 1" },
        { at: time, text: "page 2" },
      ],
      logDropped: 0,
    };
    expect(body).toEqual({
      attempts: [
        { number: 1, ...attempt },
        { number: 2, ...attempt },
      ],
    });
  });

  test("shows the stack of an error only with --error-stacks", async () => {
    app.run();
    const id = await submitted("throws", { message: "no luck" }, { maxAttempts: 1 });
    await app.ended(id);
    const hidden = await get(`/jobs/${id}/attempts`);
    expect(hidden.text).not.toContain("fixtures/tasks.ts");
    await using open = await JobApp.open({ errorStacks: true });
    open.run();
    const sent = { task: "throws", input: { message: "no luck" }, maxAttempts: 1 };
    const { body } = await request(open.listener).post("/jobs").send(sent);
    await open.ended(body.id as string);
    const shown = await request(open.listener).get(`/jobs/${body.id}/attempts`);
    expect(shown.body.attempts[0].error.stack).toMatch(/^Error: no luck\n.*fixtures\/tasks\.ts/s);
  });

  test("noRetry fails the job at once, with its message", async () => {
    app.run();
    const id = await submitted("decides", { how: "noRetry", message: "no such customer" });
    expect(await app.ended(id)).toMatchObject({ state: "failed", attempts: 1, maxAttempts: 3 });
    const { body } = await get(`/jobs/${id}`);
    expect(body.error).toMatchObject({
      type: "/problems/task-failed",
      detail: "Task decides failed: no such customer",
    });
  });

  test("retryAfter counts, and the next attempt goes on from the checkpoint", async () => {
    app.run();
    const id = await submitted("decides", { how: "retryAfter", ms: 1, once: true });
    expect(await app.ended(id)).toMatchObject({ state: "succeeded", attempts: 2 });
    const { body } = await get(`/jobs/${id}`);
    expect(body.result).toEqual({ after: "retryAfter" });
    const { attempts } = (await get(`/jobs/${id}/attempts`)).body;
    expect(attempts).toMatchObject([
      { number: 1, outcome: "failed", counts: true, error: { type: "/problems/task-postponed" } },
      { number: 2, outcome: "succeeded", counts: true, error: null },
    ]);
  });

  test("snooze does not count, and is no error", async () => {
    app.run();
    const id = await submitted("decides", { how: "snooze", ms: 100, once: true });
    const job = await app.ended(id);
    expect(job).toMatchObject({ state: "succeeded", attempts: 1, error: null });
    const { attempts } = (await get(`/jobs/${id}/attempts`)).body;
    expect(attempts).toMatchObject([
      { number: 1, outcome: "snoozed", counts: false, error: null },
      { number: 1, outcome: "succeeded", counts: true },
    ]);
    expect(app.services.logged.join("")).not.toContain("snooze");
  });

  test("a job without an ended attempt has none; one that never was is 404", async () => {
    const id = await submitted("double", { value: 1 });
    expect((await get(`/jobs/${id}/attempts`)).body).toEqual({ attempts: [] });
    const unknown = await get("/jobs/nothing/attempts");
    expect(unknown.status).toBe(404);
    expect(unknown.body.type).toBe("/problems/not-found");
  });
});

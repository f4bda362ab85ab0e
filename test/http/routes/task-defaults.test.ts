/** What a task says about its own runs and jobs, where a client says nothing. */
import request from "supertest";
import { describe, expect, test } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { defineTask, z } from "../../../src/index.ts";
import { createRegistry } from "../../../src/tasks/registry.ts";
import type { Task } from "../../../src/tasks/task.ts";
import { JobApp } from "../../helpers/job-app.ts";
import { testServices } from "../../helpers/services.ts";

const input = z.strictObject({ isNative: z.boolean().optional() });
const run = () => null;

function registry(traits: Partial<Task>) {
  const parts = { name: "own", input, run, ...traits };
  return createRegistry([defineTask(parts as never) as Task]);
}

const native = {
  executor: "libuv",
  runAsync: async () => null,
  hasAsyncForm: (sent: unknown) => (sent as { isNative?: boolean }).isNative !== false,
} as const;

describe("executor", () => {
  const app = createApp(testServices({ tasks: registry(native) })).callback();
  const ranBy = async (query: string, sent: object) => {
    const { body } = await request(app).post(`/tasks/own${query}`).send(sent);
    return body.run?.executor ?? body.type;
  };

  test("runs go where the task says, unless the client asks", async () => {
    expect(await ranBy("", {})).toBe("libuv");
    expect(await ranBy("?executor=inline", {})).toBe("inline");
  });

  test("if it refuses this input, they go to the server's own; not if the client asked", async () => {
    expect(await ranBy("", { isNative: false })).toBe("inline");
    const asked = await ranBy("?executor=libuv", { isNative: false });
    expect(asked).toBe("/problems/executor-unavailable");
  });

  test("they go to the server's own where that one is missing", async () => {
    const services = testServices({ tasks: registry({ executor: "threads" }) });
    const { body } = await request(createApp(services).callback()).post("/tasks/own").send({});
    expect(body.run.executor).toBe("inline");
  });

  test("jobs go there, too", async () => {
    await using app = await JobApp.open({ tasks: registry(native) });
    app.run();
    const executors = [];
    for (const sent of [{}, { isNative: false }]) {
      const { body: job } = await request(app.listener)
        .post("/jobs")
        .send({ task: "own", input: sent });
      await app.ended(job.id);
      const { body } = await request(app.listener).get(`/jobs/${job.id}/attempts`);
      executors.push(body.attempts[0].executor);
    }
    expect(executors).toEqual(["libuv", "inline"]);
  });
});

test("timeoutMs is the deadline of a live run, and the answer says so", async () => {
  const never = () => new Promise<never>(() => {});
  const services = testServices({ tasks: registry({ timeoutMs: 20, run: never }) });
  const { status, body } = await request(createApp(services).callback())
    .post("/tasks/own")
    .send({});
  expect([status, body.type]).toEqual([504, "/problems/run-timeout"]);
  expect(body.detail).toContain("took longer than 20 ms (the task's timeoutMs)");
  expect(body.detail).toContain("or raise the timeoutMs of the task");
});

describe("jobs", () => {
  const traits = { timeoutMs: 7000, retry: { maxAttempts: 9, backoffMs: 250 } };
  const preset = { timeoutMs: 7000, maxAttempts: 9 };

  test("have the task's timeoutMs and retry, unless they say otherwise", async () => {
    await using app = await JobApp.open({ tasks: registry(traits) });
    const made = async (fields: object) =>
      (
        await request(app.listener)
          .post("/jobs")
          .send({ task: "own", ...fields })
      ).body;
    expect(await made({})).toMatchObject({ ...preset });
    expect(await made({ timeoutMs: 1, maxAttempts: 2 })).toMatchObject({
      ...{ timeoutMs: 1, maxAttempts: 2 },
    });
  });

  test("of batches and schedules have them, too", async () => {
    await using app = await JobApp.open({ tasks: registry(traits) });
    const { body: batch } = await request(app.listener)
      .post("/batches")
      .send({ jobs: [{ task: "own" }] });
    const listed = await request(app.listener).get(`/jobs?batch=${batch.id}`);
    expect(listed.body.jobs).toMatchObject([preset]);
    await request(app.listener)
      .put("/schedules/daily")
      .send({ everyMs: 60_000, job: { task: "own" } })
      .expect(201);
    const { body: job } = await request(app.listener).post("/schedules/daily/run");
    expect(job).toMatchObject(preset);
  });

  test("a key is the same when the task's defaults have changed since", async () => {
    await using app = await JobApp.open({ tasks: registry(traits) });
    const submit = (listener: typeof app.listener) =>
      request(listener).post("/jobs").set("Idempotency-Key", "k").send({ task: "own" });
    expect((await submit(app.listener)).status).toBe(202);
    const changed = { ...app.services, tasks: registry({ timeoutMs: 1 }) };
    const again = await submit(createApp(changed).callback());
    expect([again.status, again.headers["idempotent-replayed"]]).toEqual([202, "true"]);
  });
});

test("GET /tasks/:task shows them, and tells which figures depend on the input", async () => {
  const traits = {
    ...{ executor: "inline" as const, timeoutMs: 5, concurrency: 2, retry: { maxAttempts: 1 } },
    ...{ slots: 2, memoryBytes: () => 1 },
  };
  const app = createApp(testServices({ tasks: registry(traits) })).callback();
  const { body } = await request(app).get("/tasks/own");
  expect(body).toMatchObject({ ...traits, memoryBytes: "by input" });
  const plain = createApp(testServices({ tasks: registry({}) })).callback();
  const shown = Object.keys((await request(plain).get("/tasks/own")).body);
  for (const trait of Object.keys(traits)) expect(shown).not.toContain(trait);
});

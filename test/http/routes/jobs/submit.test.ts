import request from "supertest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../../../src/http/app.ts";
import { JobApp } from "../../../helpers/job-app.ts";
import { testServices } from "../../../helpers/services.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open();
});
afterEach(() => app[Symbol.asyncDispose]());

const double = { task: "double", input: { value: 21 } };
const submit = (body: object, headers: Record<string, string> = {}) =>
  request(app.listener).post("/jobs").set(headers).send(body);

describe("POST /jobs", () => {
  test("answers 202 with the job, its address, and when to ask again", async () => {
    const { status, headers, body } = await submit(double);
    expect(status).toBe(202);
    expect(headers["location"]).toBe(`/jobs/${body.id}`);
    expect(headers["retry-after"]).toBe("1");
    expect(headers["etag"]).toMatch(/^"\d+"$/);
    expect(body).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/),
      task: "double",
      state: "queued",
      done: false,
      priority: 0,
      attempts: 0,
      maxAttempts: 3,
      timeoutMs: 60_000,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      runAt: body.createdAt,
      startedAt: null,
      finishedAt: null,
      cancelRequested: false,
      progress: null,
      links: {
        self: `/jobs/${body.id}`,
        result: `/jobs/${body.id}/result`,
        events: `/jobs/${body.id}/events`,
        attempts: `/jobs/${body.id}/attempts`,
      },
    });
  });

  test("reads JSON as curl sends it: one job, and an array of them", async () => {
    const post = (json: string) =>
      request(app.listener).post("/jobs").type("application/x-www-form-urlencoded").send(json);
    expect((await post(JSON.stringify(double))).status).toBe(202);
    expect((await post(JSON.stringify([double, double]))).body.jobs).toHaveLength(2);
    const foreign = await post(JSON.stringify(double)).set("Origin", "https://example.org");
    expect(foreign.status).toBe(403);
    expect((await request(app.listener).post("/jobs")).status).toBe(400);
  });

  test("keeps every field of the job", async () => {
    const asked = { priority: -1000, maxAttempts: 1, timeoutMs: 5, backoffMs: 0 };
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const inParis = new Date(Date.now() + 3 * 3_600_000).toISOString().replace("Z", "+02:00");
    const { body } = await submit({ ...double, ...asked, runAt: inParis });
    expect(body).toMatchObject({ priority: -1000, maxAttempts: 1, timeoutMs: 5 });
    expect(Date.parse(body.runAt) - Date.parse(inAnHour)).toBeLessThan(1000);
    expect(body.runAt).toMatch(/Z$/);
  });

  test("the refusal of a time has an example that is accepted", async () => {
    const { body: refused } = await submit({ ...double, runAt: "tomorrow" });
    const [, example] = /a time as in (\S+) /.exec(refused.detail) ?? [];
    const { status, body } = await submit({ ...double, runAt: example });
    expect(status).toBe(202);
    expect(Date.parse(body.runAt)).toBeGreaterThan(Date.now());
  });

  test("a runAt in the past means now", async () => {
    const { status, body } = await submit({ ...double, runAt: "1999-12-31T23:59:59Z" });
    expect(status).toBe(202);
    expect(body.runAt).toBe(body.createdAt);
  });

  test("a task without required input needs none", async () => {
    expect((await submit({ task: "exit" })).status).toBe(422);
    expect((await submit({ task: "stray" })).status).toBe(202);
  });

  test.each<[string, object, string, RegExp]>([
    ["no task", { input: {} }, "/task", /name of a task/],
    ["a task that is none", { task: "none" }, "/task", /there is no task "none"; .*double/],
    ["a task that is no text", { task: 1 }, "/task", /name of a task/],
    ["an input that is wrong", { task: "double", input: { value: "1" } }, "/input/value", /number/],
    ["no input", { task: "double" }, "/input/value", /number/],
    ["an input that is no object", { task: "double", input: 1 }, "/input", /object/],
    [
      "an input that needs too much memory",
      { task: "heavy", input: { bytes: 2 ** 31 } },
      "/input",
      /needs 2048 MiB of memory, .* may take 1024 MiB/,
    ],
    ["a field that is unknown", { ...double, delay: 1 }, "/delay", /goes into "input"/],
    ["a high priority", { ...double, priority: 1001 }, "/priority", /from -1000 to 1000/],
    ["a low priority", { ...double, priority: -1001 }, "/priority", /from -1000 to 1000/],
    ["half a priority", { ...double, priority: 0.5 }, "/priority", /whole number/],
    ["a priority in words", { ...double, priority: "high" }, "/priority", /whole number/],
    ["no attempt", { ...double, maxAttempts: 0 }, "/maxAttempts", /from 1 to 100/],
    ["many attempts", { ...double, maxAttempts: 101 }, "/maxAttempts", /from 1 to 100/],
    ["no time", { ...double, timeoutMs: 0 }, "/timeoutMs", /from 1 to 86400000/],
    ["two days", { ...double, timeoutMs: 172_800_000 }, "/timeoutMs", /from 1 to 86400000/],
    ["a pause below none", { ...double, backoffMs: -1 }, "/backoffMs", /from 0 to 3600000/],
    ["a time that is none", { ...double, runAt: "tomorrow" }, "/runAt", /RFC 3339/],
    ["a time without a zone", { ...double, runAt: "2030-01-01T00:00:00" }, "/runAt", /RFC 3339/],
    ["a time as a number", { ...double, runAt: 1 }, "/runAt", /RFC 3339/],
    ["tags that are no list", { ...double, tags: "nightly" }, "/tags", /a list of at most 10/],
    ["eleven tags", { ...double, tags: Array(11).fill("a") }, "/tags", /at most 10 tags/],
    ["a tag that is no text", { ...double, tags: ["a", 1] }, "/tags/1", /1 to 64 characters/],
    ["an empty tag", { ...double, tags: [""] }, "/tags/0", /1 to 64 characters/],
    ["a long tag", { ...double, tags: ["a".repeat(65)] }, "/tags/0", /1 to 64 characters/],
    ["a tag with a space", { ...double, tags: ["a b"] }, "/tags/0", /A-Z a-z 0-9/],
    ["a far time", { ...double, runAt: "2999-01-01T00:00:00Z" }, "/runAt", /within 365 days/],
  ])("refuses %s by name and keeps nothing", async (_what, sent, path, message) => {
    const { status, body } = await submit(sent);
    expect(status).toBe(422);
    expect(body.type).toBe("/problems/invalid-input");
    expect(body.errors).toEqual([{ path, message: expect.stringMatching(message) }]);
    expect(body.detail).toContain(path);
    expect((await app.queue.jobs.stats()).submitted).toBe(0);
  });

  test("a query is refused, because it would be ignored", async () => {
    const { status, body } = await request(app.listener).post("/jobs?priority=1").send(double);
    expect(status).toBe(422);
    expect(body.errors[0].path).toBe("/priority");
  });

  test.each([
    [400, "application/json", "{"],
    [400, "application/json", ""],
    [415, "text/plain", "{}"],
    [413, "application/json", JSON.stringify({ task: "x".repeat(200_000) })],
  ])("an unreadable body is a %d", async (status, type, text) => {
    const answer = await request(app.listener).post("/jobs").type(type).send(text);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toMatch(/.{20}/);
  });

  test("keeps a valid traceparent, and no other", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const traced = await submit(double, { traceparent });
    const broken = await submit(double, { traceparent: "00-0-0-0" });
    const trace = async (id: string) => {
      const found = await app.queue.jobs.find(id);
      return found.kind === "found" && found.job.traceparent;
    };
    expect(await trace(traced.body.id)).toBe(traceparent);
    expect(await trace(broken.body.id)).toBeNull();
  });
});

describe("Idempotency-Key", () => {
  const keyed = (key: string, body: object = double) => submit(body, { "idempotency-key": key });

  test("the same key and payload are answered with the same job", async () => {
    const first = await keyed('"a-1"');
    const again = await keyed("a-1");
    expect(again.status).toBe(202);
    expect(again.body.id).toBe(first.body.id);
    expect(first.headers["idempotent-replayed"]).toBeUndefined();
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect((await app.queue.jobs.stats()).submitted).toBe(1);
  });

  test("the replay of a job that is done is a 200", async () => {
    app.run();
    const first = await keyed("done");
    await app.ended(first.body.id);
    const again = await keyed("done");
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ id: first.body.id, state: "succeeded" });
  });

  test("another payload with the same key is a 422, and makes no job", async () => {
    await keyed("b");
    const { status, body } = await keyed("b", { ...double, priority: 1 });
    expect(status).toBe(422);
    expect(body).toMatchObject({ type: "/problems/key-conflict" });
    expect((await app.queue.jobs.stats()).submitted).toBe(1);
  });

  test.each([
    ["names in another order", { input: { value: 21 }, task: "double" }],
    ["defaults written out", { ...double, priority: 0, maxAttempts: 3, backoffMs: 1000 }],
    ["the server's own default", { ...double, timeoutMs: 60_000 }],
  ])("the same payload with %s is the same job", async (_what, same) => {
    const first = await keyed("c");
    const again = await keyed("c", same);
    expect(again.body.id).toBe(first.body.id);
  });

  test("tags are part of the payload", async () => {
    const first = await keyed("t", { ...double, tags: ["a", "b", "a"] });
    expect(first.body.tags).toEqual(["a", "b"]);
    const again = await keyed("t", { ...double, tags: ["a", "b"] });
    expect(again.body).toMatchObject({ id: first.body.id, tags: ["a", "b"] });
    expect((await keyed("t")).status).toBe(422);
  });

  test("a default of the input may be written out, although another default is random", async () => {
    const hash = { task: "hash", input: { input: "a", encoding: "hex" } };
    const first = await keyed("d", { task: "hash", input: { input: "a" } });
    expect((await keyed("d", hash)).body.id).toBe(first.body.id);
    expect((await keyed("d", { task: "hash", input: { input: "b" } })).status).toBe(422);
  });

  test("a job sent alone and then first in an array is one job", async () => {
    const first = await keyed("e");
    const { body } = await keyed("e", [double, { ...double, priority: 1 }]);
    expect(body.jobs[0]).toMatchObject({ status: 202, replayed: true, job: { id: first.body.id } });
    expect(body.jobs[1]).not.toHaveProperty("replayed");
    const other = await keyed("e", [{ ...double, priority: 2 }]);
    expect(other.body.jobs[0]).toMatchObject({ status: 422 });
    expect((await app.queue.jobs.stats()).submitted).toBe(2);
  });

  test("twenty equal requests to two workers make one job", async () => {
    const workers = [app.listener, app.another()] as const;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        request(workers[index % 2] as typeof app.listener)
          .post("/jobs")
          .set("Idempotency-Key", "race")
          .send(double),
      ),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => !headers["idempotent-replayed"])).toHaveLength(1);
    expect((await app.queue.jobs.stats()).submitted).toBe(1);
  });

  test.each(["two words", "x".repeat(256), '""', "ümlaut"])("%s is no key", async (key) => {
    const { status, body } = await keyed(Buffer.from(key).toString("latin1"));
    expect(status).toBe(400);
    expect(body.detail).toContain("1 to 255 printable ASCII");
  });
});

describe("Prefer", () => {
  test("wait: the answer is the finished job with its result", async () => {
    app.run();
    const { status, headers, body } = await submit(double, { prefer: "wait=30" });
    expect(status).toBe(200);
    expect(headers["preference-applied"]).toBe("wait=30");
    expect(body).toMatchObject({ state: "succeeded", done: true, result: { value: 42 } });
    expect(body).not.toHaveProperty("error");
  });

  test("wait: a job that takes longer is a 202", async () => {
    const { status, headers, body } = await submit(double, { prefer: "wait=0" });
    expect(status).toBe(202);
    expect(headers["preference-applied"]).toBe("wait=0");
    expect(body.state).toBe("queued");
  });

  test("respond-async submits a job instead of a run", async () => {
    const answer = await request(app.listener)
      .post("/tasks/double")
      .set("Prefer", "respond-async")
      .send({ value: 1 });
    expect(answer.status).toBe(202);
    expect(answer.headers["preference-applied"]).toBe("respond-async");
    expect(answer.headers["location"]).toBe(`/jobs/${answer.body.id}`);
    const hash = await request(app.listener)
      .post("/hash")
      .set("Prefer", "respond-async")
      .send({ input: "a", iterations: 1 });
    expect(hash.body).toMatchObject({ task: "hash", state: "queued" });
  });

  test("respond-async with wait: 200 if done in time, and both are named as applied", async () => {
    app.run();
    const answer = await request(app.listener)
      .post("/tasks/double")
      .set("Prefer", "respond-async, wait=30")
      .send({ value: 1 });
    expect(answer.status).toBe(200);
    expect(answer.headers["preference-applied"]).toBe("wait=30, respond-async");
    expect(answer.body).toMatchObject({ state: "succeeded", result: { value: 2 } });
  });

  test("respond-async refuses the same input as the run", async () => {
    const answer = await request(app.listener)
      .post("/tasks/double")
      .set("Prefer", "respond-async")
      .send({ value: "1" });
    expect(answer.status).toBe(422);
  });

  test.each(["wait=soon", "wait=-1", "", "handling=lenient"])("%s is ignored", async (prefer) => {
    const { status, headers } = await submit(double, { prefer });
    expect(status).toBe(202);
    expect(headers["preference-applied"]).toBeUndefined();
  });
});

test("without a queue every route of jobs names the flag that starts one", async () => {
  const off = createApp(testServices()).callback();
  const asked = [
    request(off).post("/jobs").send(double),
    request(off).get("/jobs"),
    request(off).get("/jobs/x"),
    request(off).get("/jobs/x/result"),
    request(off).get("/jobs/x/events"),
    request(off).delete("/jobs/x"),
  ];
  for (const { status, body } of await Promise.all(asked)) {
    expect(status).toBe(501);
    expect(body).toMatchObject({ type: "/problems/jobs-off" });
    expect(body.detail).toContain("--queue sqlite:PATH");
  }
  // A server may ignore a preference (RFC 7240, section 2): it makes the run at once.
  const run = request(off).post("/tasks/double").set("Prefer", "respond-async").send({ value: 1 });
  expect((await run).body.result).toEqual({ value: 2 });
});

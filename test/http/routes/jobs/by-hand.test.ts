import request from "supertest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JobApp } from "../../../helpers/job-app.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open();
});
afterEach(() => app[Symbol.asyncDispose]());

const double = { task: "double", input: { value: 21 } };
const failing = { task: "throws", input: { message: "no luck" }, maxAttempts: 1 };

const post = (path: string) => request(app.listener).post(path);
const get = (path: string) => request(app.listener).get(path);
const patch = (id: string, body: object) => request(app.listener).patch(`/jobs/${id}`).send(body);

async function submitted(sent: object = double): Promise<string> {
  return (await post("/jobs").send(sent)).body.id as string;
}

async function ended(sent: object): Promise<string> {
  app.run();
  const id = await submitted(sent);
  await app.ended(id);
  return id;
}

const paths = (body: { errors: { path: string }[] }) => body.errors.map(({ path }) => path);

describe("POST /jobs/:id/cancel", () => {
  test("cancels a queued job; a second time is fine", async () => {
    const id = await submitted();
    for (let time = 0; time < 2; time++) {
      const { status, body } = await post(`/jobs/${id}/cancel`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ state: "cancelled", done: true });
    }
  });

  test("a job that has ended stays as it is: 409", async () => {
    const id = await ended(double);
    const { status, body } = await post(`/jobs/${id}/cancel`);
    expect(status).toBe(409);
    expect(body.type).toBe("/problems/job-ended");
    expect((await get(`/jobs/${id}`)).body.state).toBe("succeeded");
  });
});

describe("POST /jobs/:id/retry", () => {
  test("queues a failed job again: it keeps its last error, and runs", async () => {
    const id = await ended(failing);
    const { status, headers, body } = await post(`/jobs/${id}/retry`);
    expect(status).toBe(200);
    expect(headers["retry-after"]).toBe("1");
    expect(body).toMatchObject({ id, state: "queued", done: false, attempts: 0, finishedAt: null });
    expect(body.lastError.detail).toContain("Task throws failed.");
    expect(body).not.toHaveProperty("error");
    expect(await app.ended(id)).toMatchObject({ state: "failed", attempts: 1 });
  });

  test("a job that has succeeded is not run again: 409 says what to do", async () => {
    const { status, body } = await post(`/jobs/${await ended(double)}/retry`);
    expect(status).toBe(409);
    expect(body.type).toBe("/problems/job-not-retryable");
    expect(body.detail).toContain("submit a new job");
  });
});

describe("PATCH /jobs/:id", () => {
  test("changes priority and time of a queued job", async () => {
    const id = await submitted();
    const runAt = new Date(Date.now() + 3_600_000).toISOString();
    const { status, headers, body } = await patch(id, { priority: 7, runAt });
    expect(status).toBe(200);
    expect(headers["etag"]).toBe('"2"');
    expect(body).toMatchObject({ state: "queued", priority: 7, runAt });
    const { body: now } = await patch(id, { runAt: null });
    expect(Date.parse(now.runAt)).toBeLessThanOrEqual(Date.now());
    expect(now.priority).toBe(7);
  });

  test.each<[object, string[]]>([
    [{}, [""]],
    [[], [""]],
    [{ priority: 1001 }, ["/priority"]],
    [{ priority: null }, ["/priority"]],
    [{ runAt: "soon" }, ["/runAt"]],
    [{ runAt: "2999-01-01T00:00:00Z" }, ["/runAt"]],
    [{ priority: "1", maxAttempts: 5 }, ["/priority", "/maxAttempts"]],
  ])("%j is refused by name, and changes nothing", async (sent, expected) => {
    const id = await submitted();
    const { status, body } = await patch(id, sent);
    expect(status).toBe(422);
    expect(paths(body)).toEqual(expected);
    expect((await get(`/jobs/${id}`)).headers["etag"]).toBe('"1"');
  });

  test("a job that is not queued is not changed: 409 says what to do", async () => {
    const { status, body } = await patch(await ended(failing), { priority: 1 });
    expect(status).toBe(409);
    expect(body.type).toBe("/problems/job-not-queued");
    expect(body.detail).toContain("/retry");
  });

  test("a query is refused", async () => {
    const { status } = await request(app.listener).patch("/jobs/x?priority=1").send({});
    expect(status).toBe(422);
  });
});

describe("many at once", () => {
  test("by filter, page by page: cancelled, retried, removed", async () => {
    const ids = [await submitted(), await submitted(), await submitted()];
    const stray = await submitted({ ...double, tags: ["stray"] });
    const first = await post("/jobs/cancel?task=double&limit=3");
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ changed: 3, more: true });
    expect(first.body.next).toMatch(/^\/jobs\/cancel\?task=double&limit=3&cursor=/);
    const rest = await post(first.body.next);
    expect(rest.body).toEqual({ changed: 1, more: false, next: null });
    expect((await post("/jobs/retry?state=cancelled&tag=stray")).body.changed).toBe(1);
    const removed = await request(app.listener).delete("/jobs?state=cancelled,failed");
    expect(removed.status).toBe(200);
    expect(removed.body).toEqual({ changed: 3, more: false, next: null });
    for (const id of ids) expect((await get(`/jobs/${id}`)).status).toBe(410);
    expect((await get(`/jobs/${stray}`)).body.state).toBe("queued");
  });

  test.each([
    ["post", "/jobs/cancel", "/state"],
    ["post", "/jobs/retry?limit=5", "/state"],
    ["delete", "/jobs", "/state"],
    ["post", "/jobs/cancel?state=failed", "/state"],
    ["post", "/jobs/retry?state=failed,succeeded", "/state"],
    ["delete", "/jobs?state=running", "/state"],
    ["post", "/jobs/cancel?task=a&limit=1001", "/limit"],
    ["post", "/jobs/cancel?task=a&cursor=x", "/cursor"],
    ["delete", "/jobs?task=a&before=x", "/before"],
  ] as const)("%s %s is refused by name, and changes nothing", async (method, path, pointer) => {
    await submitted();
    const { status, body } = await request(app.listener)[method](path);
    expect(status).toBe(422);
    expect(paths(body)).toEqual([pointer]);
    expect((await app.queue.jobs.stats()).states).toMatchObject({ queued: 1, cancelled: 0 });
  });
});

describe("POST /jobs/pause and /jobs/resume", () => {
  const paused = async () => (await get("/jobs/pause")).body;

  test("of one task, and of all", async () => {
    expect(await paused()).toEqual({ all: false, tasks: [] });
    const one = await post("/jobs/pause?task=double");
    expect(one.status).toBe(200);
    expect(one.body).toEqual({ all: false, tasks: ["double"] });
    expect((await post("/jobs/pause")).body).toEqual({ all: true, tasks: ["double"] });
    expect((await post("/jobs/resume?task=none")).body).toEqual({ all: true, tasks: ["double"] });
    expect((await get("/stats")).body.jobs.paused).toEqual({ all: true, tasks: ["double"] });
    const { text } = await get("/metrics");
    expect(text).toMatch(/^manycore_jobs_paused 1$/m);
    expect(text).toMatch(/^manycore_jobs_paused\{task="double"\} 1$/m);
    expect((await post("/jobs/resume")).body).toEqual({ all: false, tasks: [] });
    expect((await get("/metrics")).text).toMatch(/^manycore_jobs_paused 0$/m);
  });

  test("a job waits while its task is paused, and runs then", async () => {
    app.run();
    await post("/jobs/pause?task=double");
    const id = await submitted();
    await app.ended(await submitted(failing));
    const waiting = await get(`/jobs/${id}`);
    expect(waiting.body).toMatchObject({ state: "queued", paused: true });
    const etag = String(waiting.headers["etag"]);
    expect((await get(`/jobs/${id}`).set("If-None-Match", etag)).status).toBe(304);
    await post("/jobs/resume?task=double");
    const { status, body } = await get(`/jobs/${id}`).set("If-None-Match", etag);
    expect([status, "paused" in body]).toEqual([200, false]);
    expect((await app.ended(id)).state).toBe("succeeded");
  });

  test.each([
    ["post", "/jobs/pause?task=duoble", "/task"],
    ["post", "/jobs/pause?task=a&task=b", "/task"],
    ["post", "/jobs/pause?tag=a", "/tag"],
    ["post", "/jobs/resume?all=true", "/all"],
    ["get", "/jobs/pause?task=double", "/task"],
  ] as const)("%s %s is refused by name", async (method, path, pointer) => {
    const { status, body } = await request(app.listener)[method](path);
    expect(status).toBe(422);
    expect(paths(body)).toEqual([pointer]);
    expect(await paused()).toEqual({ all: false, tasks: [] });
  });
});

describe("a POST that needs no body", () => {
  test.each([
    "/jobs/ID/cancel",
    "/jobs/ID/retry",
    "/jobs/cancel?task=double",
    "/jobs/pause",
    "/jobs/resume",
  ])("%s refuses a page of another site, and a body", async (path) => {
    const address = path.replace("ID", await submitted());
    const foreign = await post(address).set("Origin", "http://evil.example");
    expect(foreign.status).toBe(403);
    const form = await post(address).type("form").set("Sec-Fetch-Site", "cross-site").send("a=1");
    expect(form.status).toBe(403);
    const body = await post(address).send({ reason: "x" });
    expect(body.status).toBe(422);
    expect((await app.queue.jobs.stats()).states).toMatchObject({ queued: 1, cancelled: 0 });
    expect((await post(address).send({})).status).toBe(200);
  });
});

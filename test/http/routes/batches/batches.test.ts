import request from "supertest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JobApp } from "../../../helpers/job-app.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open({ bodyLimitBytes: 10_000_000 });
});
afterEach(() => app[Symbol.asyncDispose]());

const job = (more: object = {}) => ({ task: "double", input: { value: 1 }, ...more });
const post = (body: object) => request(app.listener).post("/batches").send(body);
const get = (path: string) => request(app.listener).get(path);
const pathsOf = (body: { errors: { path: string }[] }) => body.errors.map(({ path }) => path);

describe("POST /batches", () => {
  test("is answered with the batch and the ids of its jobs", async () => {
    const { status, body, headers } = await post({
      jobs: [job({ ref: "sum", after: ["#first"] }), job({ ref: "first" }), job()],
      tags: ["report"],
    });
    expect(status).toBe(202);
    expect(headers["location"]).toBe(`/batches/${body.id}`);
    expect(body).toMatchObject({
      total: 3,
      done: false,
      states: { queued: 3 },
      progress: { done: 0, of: 3 },
      finishedAt: null,
      links: { self: `/batches/${body.id}`, jobs: `/jobs?batch=${body.id}` },
    });
    expect(body.jobs.map(({ ref }: { ref?: string }) => ref)).toEqual(["sum", "first", undefined]);
    const { body: first } = await get(`/jobs/${body.jobs[0].id}`);
    expect(first).toMatchObject({ batch: body.id, waitsFor: 1, tags: ["report"] });
    const { body: list } = await get(body.links.jobs);
    expect(list.jobs).toHaveLength(3);
  });

  test("waits for the end if the client prefers that", async () => {
    app.run();
    const { status, body, headers } = await post({ jobs: [job(), job()] }).set("Prefer", "wait=30");
    expect(status).toBe(200);
    expect(headers["preference-applied"]).toBe("wait=30");
    expect(body).toMatchObject({ done: true, states: { succeeded: 2 } });
  });

  test("is refused with the errors of its own fields and of its jobs", async () => {
    const jobs = [job(), { task: "none" }];
    const onEnd = { url: "http://not.allowed.example/" };
    const { status, body } = await post({ jobs, onEnd, tags: "x", more: 1 });
    expect(status).toBe(422);
    expect(pathsOf(body)).toEqual(["/tags", "/more", "/jobs/1/task"]);
    expect(pathsOf((await post({ jobs, onEnd })).body)).toEqual(["/onEnd/url", "/jobs/1/task"]);
    expect(pathsOf((await post({ tags: ["a b"] })).body)).toEqual(["/jobs", "/tags/0"]);
  });

  test("is refused as a whole, with the pointer of every invalid field", async () => {
    const { status, body } = await post({
      jobs: [
        job(),
        job({ input: { value: "1" } }),
        { task: "none" },
        "x",
        job({ ref: "a b", after: [1] }),
        job({ key: "k" }),
      ],
    });
    expect(status).toBe(422);
    expect(pathsOf(body)).toEqual([
      "/jobs/1/input/value",
      "/jobs/2/task",
      "/jobs/3",
      "/jobs/4/ref",
      "/jobs/4/after/0",
      "/jobs/5/key",
    ]);
    expect((await app.queue.jobs.stats()).submitted).toBe(0);
  });

  test.each<[string, object, string[]]>([
    ["no jobs", {}, ["/jobs"]],
    ["an empty list", { jobs: [] }, ["/jobs"]],
    ["too many jobs", { jobs: Array.from({ length: 10_001 }, () => ({})) }, ["/jobs"]],
    ["another field", { jobs: [job()], name: "x" }, ["/name"]],
    [
      "a webhook that is not allowed",
      { jobs: [job()], onEnd: { url: "http://a.b/" } },
      ["/onEnd/url"],
    ],
    [
      "a ref that is there twice",
      { jobs: [job({ ref: "a" }), job({ ref: "a" })] },
      ["/jobs/1/ref"],
    ],
    ["an unknown ref", { jobs: [job(), job({ after: ["#a"] })] }, ["/jobs/1/after/0"]],
    ["an unknown id", { jobs: [job(), job({ after: ["a"] })] }, ["/jobs/1/after/0"]],
    ["a job after itself", { jobs: [job({ ref: "a", after: ["#a"] })] }, ["/jobs/0/after"]],
    ["a unique job", { jobs: [job(), job({ unique: { key: "k" } })] }, ["/jobs/1/unique"]],
    ["too many tags", { jobs: [job({ tags: ["a"] })], tags: [..."0123456789"] }, ["/jobs/0/tags"]],
  ])("%s is refused", async (_, body, paths) => {
    const answer = await post(body);
    expect(answer.status).toBe(422);
    expect(pathsOf(answer.body)).toEqual(paths);
    expect((await app.queue.jobs.stats()).submitted).toBe(0);
  });

  test("a cycle is refused, and named", async () => {
    const { status, body } = await post({
      jobs: [
        job({ ref: "a", after: ["#c"] }),
        job({ ref: "b", after: ["#a"] }),
        job({ ref: "c", after: ["#b", "#d"] }),
        job({ ref: "d" }),
      ],
    });
    expect(status).toBe(422);
    const [{ message }] = body.errors;
    for (const ref of ["#a", "#b", "#c"]) expect(message).toContain(ref);
    expect(message).not.toContain("#d");
  });

  test("ten thousand refused jobs have a small answer", async () => {
    const { status, body, text } = await post({ jobs: Array.from({ length: 10_000 }, () => ({})) });
    expect(status).toBe(422);
    expect(body.errors).toHaveLength(20);
    expect(body.detail).toContain("there may be more");
    expect(text.length).toBeLessThan(10_000);
  });

  test("prerequisites beyond the limit of a batch are refused", async () => {
    const refs = Array.from({ length: 600 }, (_, place) => `a${place}`);
    const after = refs.map((ref) => `#${ref}`);
    const { status, body } = await post({
      jobs: [
        ...refs.map((ref) => job({ ref })),
        ...Array.from({ length: 100 }, () => job({ after })),
      ],
    });
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({ path: "/jobs" });
    expect(body.errors[0].message).toContain("60000");
  });

  test("one job may come after all the others", async () => {
    const refs = Array.from({ length: 1000 }, (_, place) => `a${place}`);
    const after = refs.map((ref) => `#${ref}`);
    const { status, body } = await post({
      jobs: [...refs.map((ref) => job({ ref })), job({ after })],
    });
    expect(status).toBe(202);
    expect((await get(`/jobs/${body.jobs[1000].id}`)).body.waitsFor).toBe(1000);
  });

  test("the same key and batch are answered with the first one, another batch is not", async () => {
    const send = (jobs: object[], more: object = {}) =>
      post({ jobs, ...more }).set("Idempotency-Key", "k");
    const jobs = [job({ ref: "a" }), job({ after: ["#a"] })];
    const { body } = await send(jobs);
    const again = await send(jobs);
    expect(again.status).toBe(202);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.body).toEqual(body);
    const written = [job({ ref: "a", priority: 0 }), job({ after: ["#a"], maxAttempts: 3 })];
    expect((await send(written)).headers["idempotent-replayed"]).toBe("true");
    for (const [other, more] of [
      [[job({ ref: "a" }), job()], {}],
      [[job({ ref: "a" })], {}],
      [[job({ ref: "b" }), job({ after: ["#b"] })], {}],
      [jobs, { tags: ["t"] }],
    ] as const) {
      const { status, body: problem } = await send([...other], more);
      expect([status, problem.type]).toEqual([422, "/problems/key-conflict"]);
    }
    expect((await app.queue.jobs.stats()).submitted).toBe(2);
  });
});

describe("a batch", () => {
  test("tells how far it is, and can be waited for", async () => {
    const { body } = await post({ jobs: [job(), job({ runAt: "2020-01-01T00:00:00Z" })] });
    const { status, headers } = await get(body.links.self);
    expect([status, headers["retry-after"]]).toEqual([200, "1"]);
    const unchanged = await get(body.links.self).set("If-None-Match", headers["etag"] ?? "");
    expect(unchanged.status).toBe(304);
    app.run();
    const { body: end, headers: last } = await get(body.links.self).set("Prefer", "wait=30");
    expect(end).toMatchObject({
      done: true,
      states: { succeeded: 2 },
      progress: { done: 2, of: 2 },
    });
    expect(Date.parse(end.finishedAt)).toBeGreaterThanOrEqual(Date.parse(end.createdAt));
    expect(last["etag"]).not.toBe(headers["etag"]);
    expect(last).not.toHaveProperty("retry-after");
  });

  test("is cancelled with all its jobs", async () => {
    const { body } = await post({ jobs: [job({ ref: "a" }), job({ after: ["#a"] })] });
    const cancelled = await request(app.listener).post(`${body.links.self}/cancel`);
    expect(cancelled.status).toBe(200);
    expect(cancelled.body).toMatchObject({ done: true, states: { cancelled: 2 } });
    const again = await request(app.listener).post(`${body.links.self}/cancel`);
    expect([again.status, again.body.id]).toEqual([200, body.id]);
  });

  test("that is not there is a 404, and one that was removed a 410", async () => {
    for (const path of ["/batches/x", "/batches/x/events"])
      expect((await get(path)).status).toBe(404);
    expect((await request(app.listener).post("/batches/x/cancel")).status).toBe(404);
    const { body } = await post({ jobs: [job()] });
    await request(app.listener).post(`${body.links.self}/cancel`);
    await request(app.listener).delete(`/jobs/${body.jobs[0].id}`);
    const { status, body: problem } = await get(body.links.self);
    expect([status, problem.type]).toEqual([410, "/problems/batch-gone"]);
  });

  test("ends once: a job that is retried by hand changes the counts alone", async () => {
    const { body } = await post({ jobs: [job(), job()] });
    await request(app.listener).post(`${body.links.self}/cancel`);
    const { body: end } = await get(body.links.self);
    await request(app.listener).post(`/jobs/${body.jobs[0].id}/retry`);
    const { body: after } = await get(body.links.self);
    expect(after).toMatchObject({ done: true, states: { queued: 1, cancelled: 1 } });
    expect(after.finishedAt).toBe(end.finishedAt);
    app.run();
    await app.ended(body.jobs[0].id);
    const { body: last } = await get(body.links.self);
    expect(last).toMatchObject({ states: { succeeded: 1, cancelled: 1 } });
    expect(last.finishedAt).toBe(end.finishedAt);
  });
});

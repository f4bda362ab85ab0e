import request from "supertest";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../../../src/http/app.ts";
import { JobApp } from "../../../helpers/job-app.ts";
import { testServices } from "../../../helpers/services.ts";

let app: JobApp;
beforeAll(async () => {
  app = await JobApp.open();
  app.run();
});
afterEach(async () => {
  const { schedules } = app.queue;
  const condition = { versions: null, isNew: false };
  const page = await schedules.list({ limit: 1000, after: null });
  for (const { name } of page.schedules) await schedules.remove(name, condition);
});
afterAll(() => app[Symbol.asyncDispose]());

const job = { task: "double", input: { value: 21 }, tags: ["night"], priority: 5 };
const nightly = { cron: "30 2 * * *", timeZone: "Europe/Berlin", job };

const put = (body: object, headers: Record<string, string> = {}, name = "nightly") =>
  request(app.listener).put(`/schedules/${name}`).set(headers).send(body);
const get = (path = "/schedules/nightly") => request(app.listener).get(path);
const remove = (headers: Record<string, string> = {}) =>
  request(app.listener).delete("/schedules/nightly").set(headers);
const run = (headers: Record<string, string> = {}) =>
  request(app.listener).post("/schedules/nightly/run").set(headers);

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe("PUT /schedules/:name", () => {
  test("makes a schedule, and shows its next times", async () => {
    const { status, headers, body } = await put(nightly);
    expect(status).toBe(201);
    expect(headers["location"]).toBe("/schedules/nightly");
    expect(headers["etag"]).toMatch(/^"\d+\.\d+"$/);
    expect(body).toEqual({
      name: "nightly",
      cron: "30 2 * * *",
      timeZone: "Europe/Berlin",
      startAt: null,
      endAt: null,
      enabled: true,
      catchUp: "one",
      overlap: "allow",
      job,
      next: Array.from({ length: 5 }, () => expect.stringMatching(time)),
      last: null,
      made: 0,
      skipped: 0,
      missed: null,
      createdAt: expect.stringMatching(time),
      updatedAt: body.createdAt,
      links: { self: "/schedules/nightly", run: "/schedules/nightly/run" },
      fault: null,
    });
    expect([...body.next].sort()).toEqual(body.next);
    for (const next of body.next) expect(next).toMatch(/T0[01]:30:00\.000Z$/);
    const shown = await get();
    expect(shown.body).toEqual(body);
    expect(shown.headers["etag"]).toBe(headers["etag"]);
  });

  test("replaces it: 200, and another ETag", async () => {
    const first = await put(nightly);
    const { status, headers, body } = await put({ everyMs: 60_000, job: { task: "hash" } });
    expect(status).toBe(200);
    expect(headers["location"]).toBe(undefined);
    expect(headers["etag"]).not.toBe(first.headers["etag"]);
    expect(body).toMatchObject({ everyMs: 60_000, job: { task: "hash", input: {} } });
    expect(body).not.toHaveProperty("cron");
    expect(body).not.toHaveProperty("timeZone");
    const times = body.next.map((each: string) => Date.parse(each));
    expect(times).toEqual(times.map((_: number, index: number) => times[0] + index * 60_000));
  });

  test("what it answers can be put again but for what the server makes", async () => {
    const { body } = await put({ ...nightly, endAt: "2030-01-01T00:00:00+01:00" });
    const { name, next, last, made, skipped, missed, fault, ...more } = body;
    const { createdAt, updatedAt, links, ...sent } = more;
    const { startAt, ...again } = sent;
    expect((await put(again)).body).toMatchObject({ ...sent, startAt });
  });

  test("keeps to If-None-Match: * and to If-Match", async () => {
    expect((await put(nightly, { "If-Match": "*" })).status).toBe(412);
    const first = await put(nightly, { "If-None-Match": "*" });
    expect(first.status).toBe(201);
    const refused = await put(nightly, { "If-None-Match": "*" });
    expect(refused.status).toBe(412);
    expect(refused.body).toMatchObject({ type: "/problems/precondition-failed" });
    const etag = first.headers["etag"] as string;
    const second = await put(nightly, { "If-Match": `"other", ${etag}` });
    expect(second.status).toBe(200);
    expect((await put(nightly, { "If-Match": etag })).status).toBe(412);
    const current = second.headers["etag"] as string;
    expect((await put(nightly, { "If-Match": `W/${current}` })).status).toBe(412);
    expect((await put(nightly, { "If-Match": "1.1" })).status).toBe(400);
    expect((await put(nightly, { "If-None-Match": current })).status).toBe(400);
    expect((await remove({ "If-Match": etag })).status).toBe(412);
    expect((await remove({ "If-Match": current })).status).toBe(204);
  });

  test("the default zone is UTC; an old name of a zone becomes the present one", async () => {
    expect((await put({ cron: "0 0 * * *", job })).body.timeZone).toBe("UTC");
    const old = await put({ cron: "0 0 * * *", timeZone: "us/eastern", job });
    expect(old.body.timeZone).toBe("America/New_York");
  });

  test("a schedule that is off has no next time", async () => {
    expect((await put({ ...nightly, enabled: false })).body).toMatchObject({
      enabled: false,
      next: [],
    });
  });

  const farther = new Date(Date.now() + 12 * 365 * 86_400_000).toISOString();
  const far = new Date(Date.now() + 11 * 365 * 86_400_000).toISOString();
  test.each<[string, object, Record<string, RegExp>]>([
    ["nothing", {}, { "/cron": /"\*\/5 \* \* \* \*", or everyMs/, "/job": /\{"task":"hash"\}/ }],
    ["both", { cron: "* * * * *", everyMs: 1000, job }, { "/everyMs": /leave cron out/ }],
    ["no pattern", { cron: "* * *", job }, { "/cron": /5 fields.*or 6/ }],
    ["a wrong field", { cron: "61 * * * *", job }, { "/cron": /Invalid value for minute: 61/ }],
    [
      "a day that never comes",
      { cron: "0 0 30 2 *", job },
      { "/cron": /never due within 40 years/ },
    ],
    ["a number", { cron: 5, job }, { "/cron": /pattern/ }],
    ["too often", { everyMs: 999, job }, { "/everyMs": /from 1000 to/ }],
    ["too rarely", { everyMs: 1e12, job }, { "/everyMs": /from 1000 to/ }],
    [
      "an unknown zone",
      { ...nightly, timeZone: "Berlin" },
      { "/timeZone": /perhaps Europe\/Berlin$/ },
    ],
    ["an offset", { ...nightly, timeZone: "+01:00" }, { "/timeZone": /IANA name/ }],
    ["a zone of no use", { everyMs: 1000, timeZone: "UTC", job }, { "/timeZone": /leave it out/ }],
    ["a wrong policy", { ...nightly, catchUp: "some" }, { "/catchUp": /skip, one, all/ }],
    ["a wrong overlap", { ...nightly, overlap: 1 }, { "/overlap": /allow, skip/ }],
    ["a wrong flag", { ...nightly, enabled: "no" }, { "/enabled": /true or false/ }],
    ["no time", { ...nightly, startAt: "tomorrow" }, { "/startAt": /RFC 3339/ }],
    [
      "too far",
      { ...nightly, startAt: far, endAt: farther },
      { "/startAt": /10 y/, "/endAt": /10 y/ },
    ],
    [
      "an end before the start",
      { ...nightly, startAt: "2030-01-02T00:00:00Z", endAt: "2030-01-01T00:00:00Z" },
      { "/endAt": /later than startAt/ },
    ],
    [
      "an end in the past",
      { ...nightly, endAt: "2020-01-01T00:00:00Z" },
      { "/endAt": /first time/ },
    ],
    ["a stray field", { ...nightly, next: [] }, { "/next": /not a field of a schedule/ }],
    [
      "a stray field of the job",
      { ...nightly, job: { ...job, x: 1 } },
      { "/job/x": /not a field/ },
    ],
    ["no job", { ...nightly, job: "double" }, { "/job": /must be a job/ }],
    ["no such task", { ...nightly, job: { task: "none" } }, { "/job/task": /there is no task/ }],
    [
      "a wrong input",
      { ...nightly, job: { ...job, input: { value: "x" } } },
      { "/job/input/value": /./ },
    ],
    [
      "a large input",
      { everyMs: 1000, job: { task: "hash", input: { input: "x".repeat(99_850) } } },
      { "/job": /100000/ },
    ],
    [
      "times of one job",
      { ...nightly, job: { ...job, runAt: far, after: [] } },
      { "/job/runAt": /leave it out/, "/job/after": /leave it out/ },
    ],
    [
      "everything at once",
      { cron: "x", timeZone: "y", enabled: 0, job: { task: 1 }, z: 1 },
      { "/enabled": /./, "/z": /./, "/job/task": /./ },
    ],
    [
      "pattern, zone and job",
      { cron: "x", timeZone: "y", job: { task: "none" } },
      { "/cron": /./, "/timeZone": /./, "/job/task": /./ },
    ],
  ])("refuses %s", async (_, body, expected) => {
    const { status, body: problem } = await put(body);
    expect([status, problem.type]).toEqual([422, "/problems/invalid-input"]);
    const found = Object.fromEntries(
      problem.errors.map(({ path, message }: { path: string; message: string }) => [path, message]),
    );
    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [path, message] of Object.entries(expected)) expect(found[path]).toMatch(message);
    expect((await get()).status).toBe(404);
  });

  test.each(["a b", "a/b", "ä", "x".repeat(101), "...", "%2e%2e"])(
    "refuses the name %s",
    async (name) => {
      const { status, body } = await put(nightly, {}, encodeURIComponent(name));
      expect(status).toBe(422);
      expect(body.errors).toEqual([
        { path: "/name", message: expect.stringContaining("1 to 100") },
      ]);
    },
  );

  test("refuses what is no JSON object, a query, and another method", async () => {
    expect((await put([nightly])).status).toBe(422);
    expect((await request(app.listener).put("/schedules/x").type("json").send("{")).status).toBe(
      400,
    );
    expect((await request(app.listener).put("/schedules/x?a=1").send(nightly)).status).toBe(422);
    const patched = await request(app.listener).patch("/schedules/nightly").send({});
    expect(patched.status).toBe(405);
    expect(patched.headers["allow"]).toBe("PUT, HEAD, GET, DELETE");
  });
});

describe("GET /schedules", () => {
  test("lists them by name, page by page, without their inputs", async () => {
    expect((await get("/schedules")).body).toEqual({ schedules: [], cursor: null, next: null });
    for (const name of ["c", "a", "b"]) await put(nightly, {}, name);
    const first = await get("/schedules?limit=2");
    expect(first.body).toMatchObject({
      schedules: [{ name: "a", job: { task: "double" } }, { name: "b" }],
      cursor: "b",
      next: "/schedules?limit=2&cursor=b",
    });
    expect(first.body.schedules[0].next).toHaveLength(1);
    expect(first.body.schedules[0].job).toEqual({ task: "double" });
    expect(first.headers["link"]).toBe(`<${first.body.next}>; rel="next"`);
    const second = await get(first.body.next);
    expect(second.body).toMatchObject({ schedules: [{ name: "c" }], cursor: null, next: null });
  });

  test.each(["limit=0", "limit=1001", "limit=x", "cursor=a%20b", "name=x", "cursor=a&cursor=b"])(
    "refuses ?%s",
    async (query) => {
      const { status, body } = await get(`/schedules?${query}`);
      expect([status, body.errors.length]).toEqual([422, 1]);
    },
  );
});

describe("one schedule", () => {
  test("that there is not is 404, whatever is asked of it", async () => {
    for (const answer of [await get(), await remove(), await run()]) {
      expect([answer.status, answer.body.type]).toEqual([404, "/problems/not-found"]);
      expect(answer.body.detail).toContain("GET /schedules");
    }
  });

  test("that was removed is gone", async () => {
    await put(nightly);
    expect((await remove({ Accept: "image/png" })).status).toBe(406);
    const { status, text } = await remove();
    expect([status, text]).toEqual([204, ""]);
    expect((await get()).status).toBe(404);
  });

  test("makes its jobs, and shows the last one", async () => {
    const startAt = new Date(Date.now() + 1500);
    const endAt = new Date(startAt.getTime() + 500).toISOString();
    await put({ everyMs: 1000, startAt: startAt.toISOString(), endAt, job });
    const last = async () => (await get()).body.last;
    await expect.poll(last, { timeout: 10_000 }).not.toBe(null);
    const { body } = await get();
    expect(body).toMatchObject({ made: 1, skipped: 0, next: [] });
    expect(body.last.scheduledFor).toBe(startAt.toISOString());
    await app.ended(body.last.job);
    expect((await get(body.links.lastJob)).body).toMatchObject({
      ...{ state: "succeeded", schedule: "nightly", scheduledFor: startAt.toISOString() },
      ...{ priority: 5, tags: ["night"] },
    });
    expect((await get()).body.last.state).toBe("succeeded");
  });

  test("whose task the server does not have any more makes jobs that fail", async () => {
    await put(nightly);
    const kept = await app.queue.schedules.find("nightly");
    if (!kept) throw new Error("It was not put");
    await using own = await JobApp.open();
    const startAt = Date.now() + 2000;
    const rules = { ...kept.rules, cron: null, everyMs: 1000, startAt, endAt: startAt };
    const schedule = { ...kept, rules, job: { ...kept.job, task: "gone" } };
    await own.queue.schedules.put(schedule, { versions: null, isNew: false });
    own.run();
    const state = async () =>
      (await request(own.listener).get("/schedules/nightly")).body.last?.state;
    await expect.poll(state, { timeout: 10_000 }).toBe("failed");
    const now = await request(own.listener).post("/schedules/nightly/run");
    expect([now.status, now.body.type]).toEqual([409, "/problems/schedule-not-valid"]);
    expect(now.body.detail).toMatch(/task "gone".*--tasks FILE.*double/);
  });

  test("whose input the task refuses by now is not run: 409 says why", async () => {
    await put(nightly);
    const kept = await app.queue.schedules.find("nightly");
    if (!kept) throw new Error("It was not put");
    const refused = { ...kept, job: { ...kept.job, input: '{"value":"x"}' } };
    await app.queue.schedules.put(refused, { versions: null, isNew: false });
    const { status, body } = await run();
    expect([status, body.type]).toEqual([409, "/problems/schedule-not-valid"]);
    expect(body.detail).toMatch(/nightly.*\/input\/value/);
  });
});

describe("GET /jobs?schedule=", () => {
  test("lists the jobs of a schedule, also beside another filter", async () => {
    await put(nightly, {}, "listed");
    await put(nightly, {}, "other");
    const post = (path: string) => request(app.listener).post(path);
    const ids = [await post("/schedules/listed/run"), await post("/schedules/listed/run")].map(
      ({ body }) => body.id as string,
    );
    await post("/schedules/other/run");
    const plain = await post("/jobs").send({ ...job, tags: ["listed"] });
    const idsOf = async (query: string) =>
      (await get(`/jobs?${query}`)).body.jobs.map(({ id }: { id: string }) => id);
    expect(await idsOf("schedule=listed")).toEqual(ids.toReversed());
    expect(await idsOf("schedule=listed&tag=night&limit=1")).toEqual([ids[1]]);
    expect(await idsOf("schedule=listed&tag=listed")).toEqual([]);
    expect(await idsOf("tag=listed")).toEqual([plain.body.id]);
    expect(await idsOf("schedule=none")).toEqual([]);
    expect((await get("/jobs?schedule=a&schedule=b")).status).toBe(422);
    for (const id of ids) await app.ended(id);
    const removed = await request(app.listener).delete("/jobs?schedule=listed");
    expect(removed.body.changed).toBe(2);
  });
});

describe("POST /schedules/:name/run", () => {
  test("makes a job now, as a submission does, and moves nothing", async () => {
    const { body: schedule } = await put(nightly);
    const { status, headers, body } = await run();
    expect(status).toBe(202);
    expect(headers["location"]).toBe(`/jobs/${body.id}`);
    expect(body).toMatchObject({ task: "double", schedule: "nightly", scheduledFor: null });
    expect((await get()).body).toEqual(schedule);
    const waited = await run({ Prefer: "wait=10" });
    expect(waited.body).toMatchObject({ state: "succeeded", result: { value: 42 } });
  });

  test("keeps to an Idempotency-Key", async () => {
    await put(nightly);
    const first = await run({ "Idempotency-Key": "k" });
    const again = await run({ "Idempotency-Key": "k" });
    expect(again.body.id).toBe(first.body.id);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    await put({ ...nightly, job: { task: "double", input: { value: 1 } } });
    expect((await run({ "Idempotency-Key": "k" })).status).toBe(422);
  });

  test("takes no body but an empty one", async () => {
    await put(nightly);
    expect((await run().send({})).status).toBe(202);
    expect((await run().send({ input: { value: 1 } })).status).toBe(422);
    expect((await run({ Origin: "https://example.org" })).status).toBe(403);
  });
});

test("a server without jobs has no schedules", async () => {
  const off = createApp(testServices()).callback();
  const answers = [
    await request(off).put("/schedules/x").send(nightly),
    await request(off).get("/schedules/x"),
    await request(off).get("/schedules"),
    await request(off).delete("/schedules/x"),
    await request(off).post("/schedules/x/run"),
  ];
  for (const { status, body } of answers) {
    expect([status, body.type]).toEqual([501, "/problems/jobs-off"]);
  }
});

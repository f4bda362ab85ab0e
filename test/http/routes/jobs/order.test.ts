import request from "supertest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JobApp } from "../../../helpers/job-app.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open();
});
afterEach(() => app[Symbol.asyncDispose]());

const job = (more: object = {}) => ({ task: "double", input: { value: 1 }, ...more });
const post = (body: object) => request(app.listener).post("/jobs").send(body);
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

test("a job shows its group and the time before which it must start; a plain one neither", async () => {
  const startBefore = inMs(60_000);
  const { status, body } = await post(job({ group: "mails", startBefore }));
  expect([status, body]).toMatchObject([202, { group: "mails", startBefore }]);
  const { body: other } = await post(job({ group: { key: "mails", concurrency: 2 } }));
  expect(other).toMatchObject({ group: "mails" });
  const { body: plain } = await post(job());
  expect(plain).not.toHaveProperty("group");
  expect(plain).not.toHaveProperty("startBefore");
});

test("a job that did not start in time says so, and has no result", async () => {
  const { body } = await post(job({ startBefore: inMs(100) }));
  await app.ended(body.id);
  const { body: ended } = await request(app.listener).get(`/jobs/${body.id}`);
  expect(ended).toMatchObject({ state: "expired", done: true, attempts: 0 });
  expect(ended.error.type).toBe("/problems/job-expired");
  const { status } = await request(app.listener).get(`/jobs/${body.id}/result`);
  expect(status).toBe(409);
});

test("every invalid field is named, whichever check refuses it", async () => {
  const { status, body } = await post({
    ...job({ input: { value: "one" }, runAt: inMs(1e12), startBefore: inMs(-1) }),
    onEnd: { url: "http://10.0.0.1/" },
  });
  expect(status).toBe(422);
  const paths = body.errors.map(({ path }: { path: string }) => path);
  expect(paths).toEqual(["/input/value", "/runAt", "/startBefore", "/onEnd/url"]);
});

const long = (length: number) => "k".repeat(length);

test.each<[string, object, string[]]>([
  ["a group that is no text", { group: 1 }, ["/group"]],
  ["a group that is a list", { group: ["a"] }, ["/group"]],
  ["no group at all", { group: null }, ["/group"]],
  ["an empty group", { group: "" }, ["/group"]],
  ["a long group", { group: long(101) }, ["/group"]],
  ["a group without a key", { group: { concurrency: 1 } }, ["/group/key"]],
  ["a long key of a group", { group: { key: long(101) } }, ["/group/key"]],
  ["no slot for a group", { group: { key: "a", concurrency: 0 } }, ["/group/concurrency"]],
  ["half a slot", { group: { key: "a", concurrency: 1.5 } }, ["/group/concurrency"]],
  ["too many slots", { group: { key: "a", concurrency: 1001 } }, ["/group/concurrency"]],
  ["a stray field of a group", { group: { key: "a", slots: 1 } }, ["/group/slots"]],
  ["a time that is none", { startBefore: "soon" }, ["/startBefore"]],
  ["a time that is over", { startBefore: inMs(-1000) }, ["/startBefore"]],
  [
    "a start that would be too late",
    { startBefore: inMs(60_000), runAt: inMs(60_000) },
    ["/startBefore"],
  ],
  ["a unique key alone", { unique: "a" }, ["/unique"]],
  ["no unique key", { unique: {} }, ["/unique/key"]],
  ["an empty unique key", { unique: { key: "" } }, ["/unique/key"]],
  ["a long unique key", { unique: { key: long(256) } }, ["/unique/key"]],
  [
    "other words for a unique key",
    { unique: { key: "a", while: "running", onConflict: "drop", until: 1 } },
    ["/unique/while", "/unique/onConflict", "/unique/until"],
  ],
  [
    "a job that waits for others in place of one that waits",
    { unique: { key: "a", onConflict: "replace" }, after: ["x"] },
    ["/unique/onConflict"],
  ],
])("%s is refused by its pointer", async (_, fields, paths) => {
  const { status, body } = await post(job(fields));
  expect(status).toBe(422);
  expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
});

test("the longest keys and the largest limit are accepted", async () => {
  const group = { key: long(100), concurrency: 1000 };
  const { status } = await post(job({ group, unique: { key: long(255) } }));
  expect(status).toBe(202);
});

describe("a unique key", () => {
  const unique = (onConflict?: string) => ({ unique: { key: "k", onConflict } });

  test("answers with the job that holds it, and says so", async () => {
    const { body: first, headers } = await post(job(unique()));
    expect(headers).not.toHaveProperty("unique-conflict");
    const second = await post(job(unique()));
    expect(second.status).toBe(202);
    expect(second.body.id).toBe(first.id);
    expect(second.headers).toMatchObject({
      "unique-conflict": "returned",
      location: `/jobs/${first.id}`,
    });
  });

  test("lets a job that waits be replaced, with all that belongs to it", async () => {
    const { body: first } = await post(job({ ...unique(), tags: ["a"] }));
    const replaced = await post(job({ ...unique("replace"), input: { value: 21 }, tags: ["b"] }));
    expect(replaced.headers["unique-conflict"]).toBe("replaced");
    const again = await post(job({ ...unique("replace"), input: { value: 21 }, after: [] }));
    expect(again.headers["unique-conflict"]).toBe("replaced");
    expect(replaced.body).toMatchObject({ id: first.id, tags: ["b"], state: "queued" });
    const { body: tagged } = await request(app.listener).get("/jobs?tag=a");
    expect(tagged.jobs).toEqual([]);
    app.run();
    await app.ended(first.id);
    const { body: ended } = await request(app.listener).get(`/jobs/${first.id}`);
    expect(ended.result).toEqual({ value: 42 });
  });

  test("refuses with the address of the job that holds it", async () => {
    const { body: first } = await post(job(unique()));
    const { status, body, headers } = await post(job(unique("refuse")));
    expect([status, body.type]).toEqual([409, "/problems/unique-conflict"]);
    expect(body.detail).toContain(`/jobs/${first.id} holds this unique key, and is queued`);
    expect(headers["location"]).toBe(`/jobs/${first.id}`);
  });

  test("of an item of an array concerns that item alone", async () => {
    const { body } = await post([
      job(unique()),
      job(unique()),
      job(unique("refuse")),
      job({ unique: { key: "other" } }),
      job({ ...unique("replace"), input: { value: 3 } }),
    ]);
    const [first, second, third, fourth, last] = body.jobs;
    expect([first.status, second.status, third.status, fourth.status]).toEqual([
      202, 202, 409, 202,
    ]);
    expect(second).toMatchObject({ uniqueConflict: "returned", job: { id: first.job.id } });
    expect(third.problem.type).toBe("/problems/unique-conflict");
    expect(last).toMatchObject({ uniqueConflict: "replaced", job: { id: first.job.id } });
    expect(fourth).not.toHaveProperty("uniqueConflict");
  });

  test("is part of what an Idempotency-Key stands for", async () => {
    const send = (fields: object) => post(job(fields)).set("Idempotency-Key", "i");
    const { body: first } = await send(unique());
    expect((await send(unique())).body.id).toBe(first.id);
    expect((await send({ unique: { key: "other" } })).status).toBe(422);
  });
});

test.each(["a\ud800", "\udbffa"])("a key with half a character is refused: %j", async (key) => {
  for (const more of [{ group: key }, { group: { key } }, { unique: { key } }]) {
    const { status, body } = await post(job(more));
    expect([status, body.errors]).toMatchObject([
      422,
      [{ message: expect.stringContaining("surrogate") }],
    ]);
  }
});

describe("a startBefore that is over, with an Idempotency-Key", () => {
  const send = (path: string, body: object) =>
    request(app.listener).post(path).set("Idempotency-Key", "k").send(body);

  test("a repetition has the answer of the first time; a new job is refused", async () => {
    const late = job({ startBefore: inMs(-1000) });
    const refused = await send("/jobs", late);
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, "/startBefore"]);
    const soon = job({ startBefore: inMs(200) });
    const { body: first } = await send("/jobs", soon);
    await app.ended(first.id);
    const { status, headers, body } = await send("/jobs", soon);
    expect(status).toBe(200);
    expect(headers["idempotent-replayed"]).toBe("true");
    expect(body).toMatchObject({ id: first.id, state: "expired" });
  });

  test("the same for a batch", async () => {
    const refused = await send("/batches", { jobs: [job(), job({ startBefore: inMs(-1) })] });
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, "/jobs/1/startBefore"]);
    const batch = { jobs: [job({ startBefore: inMs(200) })] };
    const { body: first } = await send("/batches", batch);
    const { body: listed } = await request(app.listener).get(`/jobs?batch=${first.id}`);
    await app.ended(listed.jobs[0].id);
    const { status, body } = await send("/batches", batch);
    expect([status, body]).toMatchObject([200, { id: first.id, states: { expired: 1 } }]);
  });
});

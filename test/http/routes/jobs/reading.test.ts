import request from "supertest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JobApp } from "../../../helpers/job-app.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open();
});
afterEach(() => app[Symbol.asyncDispose]());

const get = (path: string, headers: Record<string, string> = {}) =>
  request(app.listener).get(path).set(headers);

const plain = { task: "double", input: { value: 21 } };

async function submitted(sent: object = plain): Promise<string> {
  const { body } = await request(app.listener).post("/jobs").send(sent);
  return body.id as string;
}

async function ended(sent?: object): Promise<string> {
  app.run();
  const id = await submitted(sent);
  await app.ended(id);
  return id;
}

const failing = { task: "throws", input: { message: "no luck" }, maxAttempts: 1 };

describe("GET /jobs/:id", () => {
  test("200 in every state; a queued job says when to ask again", async () => {
    const { status, headers, body } = await get(`/jobs/${await submitted()}`);
    expect(status).toBe(200);
    expect(headers["retry-after"]).toBe("1");
    expect(body).toMatchObject({ state: "queued", done: false });
    expect(body).not.toHaveProperty("result");
    expect(body).not.toHaveProperty("error");
  });

  test("a succeeded job has its result and no error", async () => {
    const { status, headers, body } = await get(`/jobs/${await ended()}`);
    expect(status).toBe(200);
    expect(headers["retry-after"]).toBeUndefined();
    expect(body).toMatchObject({ state: "succeeded", done: true, attempts: 1, runAt: null });
    expect(body.result).toEqual({ value: 42 });
    expect(body).not.toHaveProperty("error");
    expect(Date.parse(body.finishedAt)).toBeGreaterThanOrEqual(Date.parse(body.startedAt));
  });

  test("a failed job has its error and no result", async () => {
    const id = await ended(failing);
    const { status, body } = await get(`/jobs/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: "failed", done: true });
    expect(body.error).toEqual({
      type: "/problems/task-failed",
      title: "The task failed",
      detail: `Task throws failed. The server's log has the error (job ${id}).`,
    });
    expect(body).not.toHaveProperty("result");
  });

  test("between two attempts a job has its last error, and the time of the next attempt", async () => {
    app.run();
    const id = await submitted({ ...failing, maxAttempts: 2, backoffMs: 3_600_000 });
    const failed = Promise.withResolvers<void>();
    app.queue.jobs.watch(id, (found) => {
      if (found.kind === "found" && found.job.error) failed.resolve();
    });
    await failed.promise;
    const { body } = await get(`/jobs/${id}`);
    expect(body).toMatchObject({ state: "queued", done: false, attempts: 1 });
    expect(body.lastError.detail).toContain("Task throws failed.");
    expect(body).not.toHaveProperty("error");
    expect(Date.parse(body.runAt)).toBeGreaterThan(Date.now() + 1_700_000);
  });

  test("a result above the limit fails the job, and the error has its size", async () => {
    const { body } = await get(`/jobs/${await ended({ task: "bytes", input: { length: 1000 } })}`);
    expect(body.error).toMatchObject({ type: "/problems/result-too-large" });
    expect(body.error.detail).toMatch(
      /has 13\d\d bytes as JSON; at most 1000 .*--job-result-limit/,
    );
    expect(body).toMatchObject({ state: "failed", attempts: 1 });
  });

  test("the ETag changes with the job, and an old one gets the new job", async () => {
    const id = await submitted();
    const first = await get(`/jobs/${id}`);
    const same = await get(`/jobs/${id}`, { "if-none-match": String(first.headers["etag"]) });
    expect(same.status).toBe(304);
    expect(same.text).toBe("");
    expect(same.headers["etag"]).toBe(first.headers["etag"]);
    app.run();
    await app.ended(id);
    const then = await get(`/jobs/${id}`, { "if-none-match": String(first.headers["etag"]) });
    expect(then.status).toBe(200);
    expect(then.headers["etag"]).not.toBe(first.headers["etag"]);
  });

  test("Prefer: wait answers at the end of the job", async () => {
    const id = await submitted();
    const waiting = get(`/jobs/${id}`, { prefer: "wait=30" }).then((answer) => answer);
    app.run();
    const { status, headers, body } = await waiting;
    expect(status).toBe(200);
    expect(headers["preference-applied"]).toBe("wait=30");
    expect(body).toMatchObject({ done: true, result: { value: 42 } });
  });

  test("Prefer: wait is granted for a minute at most, and ends when the worker stops", async () => {
    const stopping = new AbortController();
    await using other = await JobApp.open({ stopping: stopping.signal });
    const { body } = await request(other.listener)
      .post("/jobs")
      .send({ task: "double", input: { value: 1 } });
    const asking = request(other.listener).get(`/jobs/${body.id}`).set("Prefer", "wait=3600");
    const answered = asking.then((answer) => answer);
    stopping.abort();
    const { headers } = await answered;
    expect(headers["preference-applied"]).toBe("wait=60");
    expect(headers["connection"]).toBe("close");
  });

  test.each(["x", "0", "..%2f..", "a".repeat(22), `${"A".repeat(21)}_`, "%00", "é"])(
    "there is no job %s",
    async (id) => {
      for (const path of [`/jobs/${id}`, `/jobs/${id}/result`, `/jobs/${id}/events`]) {
        const { status, body } = await get(encodeURI(decodeURI(path)));
        expect(status).toBe(404);
        expect(body.type).toBe("/problems/not-found");
      }
      expect((await request(app.listener).delete(`/jobs/${encodeURI(id)}`)).status).toBe(404);
    },
  );

  test("an id with one changed character is unknown", async () => {
    const id = await submitted();
    const changed = `${id.slice(0, 5)}${id[5] === "A" ? "B" : "A"}${id.slice(6)}`;
    expect((await get(`/jobs/${changed}`)).status).toBe(404);
  });

  test("410 when its retention is over", async () => {
    await using short = await JobApp.open({}, 0);
    short.run();
    const { body } = await request(short.listener)
      .post("/jobs")
      .send({ task: "double", input: { value: 1 } });
    while ((await short.queue.jobs.find(body.id)).kind !== "gone");
    const answer = await request(short.listener).get(`/jobs/${body.id}`);
    expect(answer.status).toBe(410);
    expect(answer.body.detail).toContain("--job-retention");
  });

  test("406 for a client that accepts no JSON", async () => {
    const id = await submitted();
    const answer = await get(`/jobs/${id}`, { accept: "image/png" });
    expect(answer.status).toBe(406);
  });
});

describe("GET /jobs/:id?input=true", () => {
  test("shows the input beside the result", async () => {
    const id = await ended();
    const { body } = await get(`/jobs/${id}?input=true`);
    expect(body).toMatchObject({ input: { value: 21 }, result: { value: 42 } });
    expect((await get(`/jobs/${id}?input=false`)).body).not.toHaveProperty("input");
  });

  test.each([
    ["input=yes", "/input"],
    ["input=true&input=true", "/input"],
    ["inputs=true", "/inputs"],
  ])("%s is refused by name", async (query, path) => {
    const { status, body } = await get(`/jobs/${await submitted()}?${query}`);
    expect(status).toBe(422);
    expect(body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
  });
});

describe("GET /jobs/:id/result", () => {
  test("is the result and nothing else", async () => {
    const { status, headers, text } = await get(`/jobs/${await ended()}/result`);
    expect(status).toBe(200);
    expect(headers["content-type"]).toContain("application/json");
    expect(text).toBe('{"value":42}\n');
  });

  test("is bare bytes for a client that accepts them, JSON otherwise", async () => {
    const id = await ended({ task: "bytes", input: { length: 3 } });
    const bare = (path: string) =>
      get(path).set("Accept", "application/octet-stream, */*;q=0.1").buffer(true);
    const { headers, body } = await bare(`/jobs/${id}/result`);
    expect(headers["content-type"]).toBe("application/octet-stream");
    expect(body).toEqual(Buffer.from([0, 1, 2]));
    expect((await get(`/jobs/${id}/result`)).text).toBe('{"data":"AAEC"}\n');
  });

  test("is a 409 with Retry-After for a job that is not done", async () => {
    const { status, headers, body } = await get(`/jobs/${await submitted()}/result`);
    expect(status).toBe(409);
    expect(headers["retry-after"]).toBe("1");
    expect(body.type).toBe("/problems/job-not-done");
  });

  test("is a 409 with the error for a job that failed", async () => {
    const { status, body } = await get(`/jobs/${await ended(failing)}/result`);
    expect(status).toBe(409);
    expect(body.type).toBe("/problems/job-failed");
    expect(body.detail).toMatch(/after 1 of 1 attempts: Task throws failed\. The server's log has/);
  });

  test("is a 409 for a job that was cancelled", async () => {
    const id = await submitted();
    await request(app.listener).delete(`/jobs/${id}`);
    const { status, body } = await get(`/jobs/${id}/result`);
    expect(status).toBe(409);
    expect(body.type).toBe("/problems/job-cancelled");
  });
});

describe("DELETE /jobs/:id", () => {
  const cancel = (id: string) => request(app.listener).delete(`/jobs/${id}`);

  test("a queued job is cancelled; a second time removes it", async () => {
    const id = await submitted();
    const { status, body } = await cancel(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: "cancelled", done: true });
    expect(body.error.type).toBe("/problems/job-cancelled");
    expect((await cancel(id)).status).toBe(204);
    expect((await cancel(id)).status).toBe(410);
  });

  test("a job that has ended is removed: 204, then 410", async () => {
    const id = await ended();
    const removed = await cancel(id);
    expect(removed.status).toBe(204);
    expect(removed.text).toBe("");
    const { status, body } = await get(`/jobs/${id}`);
    expect(status).toBe(410);
    expect(body.detail).toContain("by a client");
  });
});

describe("GET /jobs", () => {
  test("pages through all jobs, newest first, by links", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) ids.push(await submitted());
    const seen: string[] = [];
    let path: string | null = "/jobs?limit=2";
    while (path !== null) {
      const { status, headers, body }: request.Response = await get(path);
      expect(status).toBe(200);
      expect(headers["link"]).toBe(body.next === null ? undefined : `<${body.next}>; rel="next"`);
      seen.push(...body.jobs.map(({ id }: { id: string }) => id));
      path = body.next;
    }
    expect(seen).toEqual(ids.toReversed());
  });

  test("filters by state and task, and the link keeps both", async () => {
    await submitted({ task: "stray" });
    const wanted = [await submitted(), await submitted()];
    const cancelled = await submitted();
    await request(app.listener).delete(`/jobs/${cancelled}`);
    const { body } = await get("/jobs?state=queued&task=double&limit=1");
    expect(body.jobs.map(({ id }: { id: string }) => id)).toEqual([wanted[1]]);
    expect(body.next).toContain("state=queued&task=double&limit=1&cursor=");
    const rest = await get(body.next);
    expect(rest.body.jobs.map(({ id }: { id: string }) => id)).toEqual([wanted[0]]);
  });

  test.each([
    ["state=done", "/state"],
    ["state=", "/state"],
    ["state=queued,done", "/state"],
    ["state=queued&state=done", "/state"],
    ["tag=", "/tag"],
    ["tag=a&tag=b", "/tag"],
    ["group=a&group=b", "/group"],
    ["batch=a&batch=b", "/batch"],
    ["createdAfter=yesterday", "/createdAfter"],
    ["createdAfter=2026-11-29", "/createdAfter"],
    ["createdBefore=2026-11-29T22:00:00+01:00", "/createdBefore"],
    ["createdBefore=", "/createdBefore"],
    ["createdAfter=2026-11-29T22:00:00Z&createdBefore=2026-11-29T22:00:00Z", "/createdBefore"],
    ["limit=0", "/limit"],
    ["limit=1001", "/limit"],
    ["limit=1.5", "/limit"],
    ["limit=ten", "/limit"],
    ["limit=", "/limit"],
    ["limit=1&limit=2", "/limit"],
    ["task=a&task=b", "/task"],
    ["cursor=", "/cursor"],
    ["cursor=AAAAAAAAAAAAAAAAAAAAAA", "/cursor"],
    ["cursor=a&cursor=b", "/cursor"],
    ["page=2", "/page"],
  ])("%s is refused by name", async (query, path) => {
    const { status, body } = await get(`/jobs?${query}`);
    expect(status).toBe(422);
    expect(body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
  });

  test("filters by several states, by tag, and by time", async () => {
    const listed = async (query: string) => {
      const { status, body } = await get(`/jobs?${query}`);
      expect(status).toBe(200);
      return body.jobs.map(({ id }: { id: string }) => id);
    };
    const tagged = await submitted({ ...plain, tags: ["nightly", "a.b_c:d-e"] });
    const cancelled = await submitted({ ...plain, tags: ["nightly"] });
    await request(app.listener).delete(`/jobs/${cancelled}`);
    const other = await submitted();
    expect(await listed("state=queued,cancelled")).toEqual([other, cancelled, tagged]);
    expect(await listed("state=cancelled&state=running")).toEqual([cancelled]);
    expect(await listed("tag=nightly")).toEqual([cancelled, tagged]);
    expect(await listed("tag=nightly&state=queued")).toEqual([tagged]);
    expect(await listed("tag=a.b_c%3Ad-e")).toEqual([tagged]);
    expect(await listed("tag=none")).toEqual([]);
    expect(await listed("batch=none")).toEqual([]);
    const { createdAt } = (await get(`/jobs/${tagged}`)).body;
    expect(await listed(`createdAfter=${createdAt}`)).toEqual([other, cancelled, tagged]);
    expect(await listed(`createdBefore=${createdAt}`)).toEqual([]);
    expect(await listed("createdAfter=2026-01-01T00:00:00%2B01:00&state=cancelled")).toEqual([
      cancelled,
    ]);
  });

  test("a changed cursor, or an id in its place, is refused", async () => {
    const id = await submitted();
    await submitted();
    const { body } = await get("/jobs?limit=1");
    const { cursor } = body;
    const tampered = `${cursor.slice(0, -2)}${cursor.at(-2) === "A" ? "B" : "A"}${cursor.at(-1)}`;
    for (const wrong of [tampered, id, `${cursor}A`, cursor.slice(1)]) {
      expect((await get(`/jobs?cursor=${wrong}`)).status).toBe(422);
    }
    expect((await get(`/jobs?cursor=${cursor}`)).status).toBe(200);
  });
});

test("405 names the allowed methods", async () => {
  const all = await request(app.listener).put("/jobs").send({});
  expect(all.status).toBe(405);
  expect(all.headers["allow"]).toBe("POST, HEAD, GET, DELETE");
  const one = await request(app.listener).post("/jobs/x").send({});
  expect(one.status).toBe(405);
  expect(one.headers["allow"]).toBe("HEAD, GET, DELETE, PATCH");
});

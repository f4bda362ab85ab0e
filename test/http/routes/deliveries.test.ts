import request from "supertest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { webhookRules } from "../../../src/jobs/webhooks/target.ts";
import { JobApp } from "../../helpers/job-app.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open({ webhooks: webhookRules([{ kind: "any" }]) });
});
afterEach(() => app[Symbol.asyncDispose]());

const told = { task: "double", input: { value: 1 }, onEnd: { url: "https://example.com/hook" } };
const submit = (body: unknown) =>
  request(app.listener)
    .post("/jobs")
    .send(body as object);
const get = (path: string) => request(app.listener).get(path);
const post = (path: string) => request(app.listener).post(path);

/** @returns the id of a job that has ended */
async function ended(job: object): Promise<string> {
  const { id } = (await submit(job)).body as { id: string };
  await post(`/jobs/${id}/cancel`);
  return id;
}

describe("onEnd", () => {
  test.each([
    [null, "/onEnd", /must be an object/],
    ["https://example.com/", "/onEnd", /must be an object/],
    [{}, "/onEnd/url", /must be a URL/],
    [{ url: 5 }, "/onEnd/url", /must be a URL/],
    [{ url: "example.com" }, "/onEnd/url", /must be a URL/],
    [{ url: "http://127.0.0.1/" }, "/onEnd/url", /not a public address/],
    [{ url: "http://[::ffff:7f00:1]/" }, "/onEnd/url", /not a public address/],
    [{ url: "https://a:b@example.com/" }, "/onEnd/url", /user name/],
    [{ url: "https://example.com/", secret: "x" }, "/onEnd/secret", /not a field/],
  ])("%j is refused with 422, its pointer and the remedy", async (onEnd, path, message) => {
    const { status, body } = await submit({ ...told, onEnd });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      errors: [{ path, message: expect.stringMatching(message) as string }],
    });
  });

  test("a server without --webhooks refuses it, and says so", async () => {
    await using without = await JobApp.open();
    const { status, body } = await request(without.listener).post("/jobs").send(told);
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      { path: "/onEnd/url", message: expect.stringContaining("--webhooks HOSTS") as string },
    ]);
  });

  test("an Idempotency-Key tells a job with another webhook from the first", async () => {
    const send = (body: object) => submit(body).set("Idempotency-Key", "k");
    expect((await send(told)).status).toBe(202);
    expect((await send(told)).headers["idempotent-replayed"]).toBe("true");
    const other = { ...told, onEnd: { url: "https://example.com/other" } };
    expect((await send(other)).body.type).toBe("/problems/key-conflict");
  });
});

describe("GET /jobs/:id/deliveries", () => {
  test("has none before the end, and one after it", async () => {
    const { id } = (await submit(told)).body as { id: string };
    expect((await get(`/jobs/${id}/deliveries`)).body).toEqual({ deliveries: [] });
    await post(`/jobs/${id}/cancel`);
    const { status, headers, body } = await get(`/jobs/${id}/deliveries`);
    expect(status).toBe(200);
    expect(headers["cache-control"]).toBe("no-cache");
    expect(body).toEqual({
      deliveries: [
        {
          id: expect.stringContaining(`msg_${id}_1_`) as string,
          url: told.onEnd.url,
          state: "pending",
          createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
          nextAttemptAt: body.deliveries[0].createdAt,
          attempts: [],
        },
      ],
    });
  });

  test("answers 404 for an unknown job", async () => {
    expect((await get("/jobs/nonesuch/deliveries")).status).toBe(404);
    expect((await post("/jobs/nonesuch/deliveries/retry")).status).toBe(404);
  });
});

describe("POST /jobs/:id/deliveries/retry", () => {
  test("sends at once what waits", async () => {
    const id = await ended(told);
    const { status, body } = await post(`/jobs/${id}/deliveries/retry`);
    expect(status).toBe(202);
    expect(body.deliveries).toHaveLength(1);
  });

  test("answers 409 where there is nothing to send", async () => {
    const { onEnd, ...plain } = told;
    expect(onEnd).toBeDefined();
    const { status, body } = await post(`/jobs/${await ended(plain)}/deliveries/retry`);
    expect(status).toBe(409);
    expect(body.type).toBe("/problems/no-webhook");
    expect(body.detail).toMatch(/it has no onEnd/);
  });

  test("a batch has webhooks of its own", async () => {
    const { onEnd, ...plain } = told;
    const sent = await request(app.listener)
      .post("/batches")
      .send({ jobs: [plain], onEnd });
    const { id } = sent.body as { id: string };
    await post(`/batches/${id}/cancel`);
    const { body } = await get(`/batches/${id}/deliveries`);
    expect(body.deliveries).toMatchObject([
      { id: expect.stringContaining(`msg_${id}_1_`) as string, state: "pending" },
    ]);
    expect((await post(`/batches/${id}/deliveries/retry`)).status).toBe(202);
    expect((await get("/batches/nonesuch/deliveries")).status).toBe(404);
    expect((await get(`/jobs/${id}/deliveries`)).status).toBe(404);
  });

  test("refuses a query", async () => {
    const id = await ended(told);
    expect((await post(`/jobs/${id}/deliveries/retry?now=1`)).status).toBe(422);
  });

  test("takes no body, and nothing from a page of another site", async () => {
    const retry = `/jobs/${await ended(told)}/deliveries/retry`;
    expect((await post(retry).send({ now: true })).status).toBe(422);
    expect((await post(retry).set("Origin", "https://example.org")).status).toBe(403);
    expect((await post(retry).send({})).status).toBe(202);
  });
});

test("a job and a batch name their deliveries among their links, if they have any", async () => {
  const { onEnd, ...plain } = told;
  const jobs = [(await submit(told)).body, (await submit(plain)).body];
  expect(jobs.map(({ links }) => links.deliveries)).toEqual([
    `/jobs/${jobs[0].id}/deliveries`,
    undefined,
  ]);
  const { body: read } = await get(`/jobs/${jobs[0].id}`);
  expect(read.links).toEqual(jobs[0].links);
  const send = (more: object) => post("/batches").send({ jobs: [plain], ...more });
  const batches = [(await send({ onEnd })).body, (await send({})).body];
  expect(batches.map(({ links }) => links.deliveries)).toEqual([
    `/batches/${batches[0].id}/deliveries`,
    undefined,
  ]);
});

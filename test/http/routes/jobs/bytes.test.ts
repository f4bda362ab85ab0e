/** Jobs whose input and result are bytes. */
import request from "supertest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JobApp } from "../../../helpers/job-app.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open();
});
afterEach(() => app[Symbol.asyncDispose]());

const photo = Buffer.from(Uint8Array.from({ length: 90_000 }, (_, at) => (at * 31) % 256));

const submit = (path: string, body: Buffer = photo) =>
  request(app.listener).post(path).set("Prefer", "respond-async").type("image/png").send(body);
const get = (path: string) => request(app.listener).get(path);

describe("a job of a task that takes bytes", () => {
  test("is accepted, runs, and its result is bytes with a type", async () => {
    const submitted = await submit("/tasks/crop?length=50000");
    expect(submitted.status).toBe(202);
    expect(submitted.headers["preference-applied"]).toBe("respond-async");
    const { id } = submitted.body;
    app.run(100_000);
    await app.ended(id);
    const shown = await get(`/jobs/${id}?input=true`);
    expect(shown.body).toMatchObject({
      state: "succeeded",
      input: { bytes: 90_000, type: "image/png", query: { length: 50_000 } },
      result: { bytes: 50_000, type: "image/png" },
    });
    const result = await get(`/jobs/${id}/result`);
    expect(result.headers["content-type"]).toBe("image/png");
    expect(result.headers["content-length"]).toBe("50000");
    expect(result.body).toEqual(photo.subarray(0, 50_000));
  });

  test("its result becomes base64 for who accepts only JSON; a 406 for who accepts neither", async () => {
    const { body } = await submit("/tasks/crop");
    app.run();
    await app.ended(body.id);
    const json = await get(`/jobs/${body.id}/result`).set("Accept", "application/json");
    expect(json.body).toBe(photo.subarray(0, 4).toString("base64"));
    expect((await get(`/jobs/${body.id}/result`).set("Accept", "text/html")).status).toBe(406);
    const image = await get(`/jobs/${body.id}/result`).set("Accept", "image/*");
    expect(image.body).toEqual(photo.subarray(0, 4));
  });

  test("is answered with its end if the client waits for that", async () => {
    app.run();
    const { status, body } = await submit("/tasks/crop").set("Prefer", "respond-async, wait=10");
    expect(status).toBe(200);
    expect(body.result).toEqual({ bytes: 4, type: "image/png" });
  });

  test("has a result of JSON where the task returns that", async () => {
    const { body } = await submit("/tasks/weigh");
    app.run();
    await app.ended(body.id);
    const { body: result } = await get(`/jobs/${body.id}/result`);
    expect(result).toMatchObject({ length: 90_000, type: "image/png", isWhole: true });
  });

  test("gets the same bytes in its next attempt", async () => {
    const { body } = await submit("/tasks/fails-once");
    app.run();
    await app.ended(body.id);
    const shown = await get(`/jobs/${body.id}`);
    expect(shown.body).toMatchObject({
      state: "succeeded",
      attempts: 2,
      result: { length: 90_000 },
    });
  });

  test("fails if its result is larger than is kept", async () => {
    const { body } = await submit("/tasks/crop?length=2000");
    app.run(1000);
    await app.ended(body.id);
    const shown = await get(`/jobs/${body.id}`);
    expect(shown.body).toMatchObject({
      state: "failed",
      attempts: 1,
      error: {
        type: "/problems/result-too-large",
        detail: "The result of crop has 2000 bytes; at most 1000 are kept (--job-result-limit).",
      },
    });
  });

  test("is refused where its run would be", async () => {
    expect((await submit("/tasks/crop?length=-1")).status).toBe(422);
    expect((await submit("/tasks/crop").type("text/plain")).status).toBe(415);
    expect((await submit("/tasks/crop", Buffer.alloc(2_000_000))).status).toBe(413);
  });

  test("is not made of JSON: the message says how it is", async () => {
    const { status, body } = await request(app.listener)
      .post("/jobs")
      .send({ task: "crop", input: { data: "aGk=", type: "image/png" } });
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      { path: "/input", message: expect.stringContaining("POST /tasks/NAME") },
    ]);
  });
});

describe("an Idempotency-Key", () => {
  const keyed = (path: string, body?: Buffer) => submit(path, body).set("Idempotency-Key", "k");

  test("with the same bytes, type and query is the same job", async () => {
    const first = await keyed("/tasks/crop?length=4");
    const again = await keyed("/tasks/crop?length=4");
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.body.id).toBe(first.body.id);
    const withDefault = await keyed("/tasks/crop"); // 4 is what the schema fills in.
    expect(withDefault.body.id).toBe(first.body.id);
  });

  test.each([
    ["bytes", "/tasks/crop", photo.subarray(1), "image/png"],
    ["query", "/tasks/crop?length=5", photo, "image/png"],
    ["type", "/tasks/crop", photo, "image/jpeg"],
  ])("with another %s is a conflict", async (_, path, body, type) => {
    await keyed("/tasks/crop");
    const { status } = await keyed(path, body).type(type);
    expect(status).toBe(422);
  });
});

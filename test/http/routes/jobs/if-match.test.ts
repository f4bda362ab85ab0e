import request from "supertest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { JobApp } from "../../../helpers/job-app.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open();
});
afterEach(() => app[Symbol.asyncDispose]());

const double = { task: "double", input: { value: 21 } };
const get = (id: string) => request(app.listener).get(`/jobs/${id}`);
const patch = (id: string) => request(app.listener).patch(`/jobs/${id}`);

/** A new job and its ETag. */
async function submitted(): Promise<{ id: string; etag: string }> {
  const { body, headers } = await request(app.listener).post("/jobs").send(double);
  return { id: body.id as string, etag: String(headers["etag"]) };
}

const requests = {
  PATCH: (id: string) => patch(id).send({ priority: 1 }),
  DELETE: (id: string) => request(app.listener).delete(`/jobs/${id}`),
  "POST cancel": (id: string) => request(app.listener).post(`/jobs/${id}/cancel`),
  "POST retry": (id: string) => request(app.listener).post(`/jobs/${id}/retry`),
};

describe.each(Object.entries(requests))("%s with If-Match", (_, send) => {
  test("is 412 if the job has changed, and changes nothing", async () => {
    const { id, etag } = await submitted();
    const changed = await patch(id).send({ priority: 7 });
    const { status, body } = await send(id).set("If-Match", etag);
    expect(status).toBe(412);
    expect(body.type).toBe("/problems/precondition-failed");
    expect(body.detail).toContain(`GET /jobs/${id}`);
    const now = await get(id);
    expect(now.headers["etag"]).toBe(changed.headers["etag"]);
    expect((await send(id).set("If-Match", String(now.headers["etag"]))).status).toBe(200);
  });

  test("of a job that is not there is 404, or 410", async () => {
    for (const header of ["*", '"1"']) {
      expect((await send("none").set("If-Match", header)).status).toBe(404);
    }
    const { id } = await submitted();
    await app.queue.control.cancel(id);
    await app.queue.control.remove(id);
    expect((await send(id).set("If-Match", "*")).status).toBe(410);
  });
});

test.each([
  ["*", 200],
  ['"1"', 200],
  ['"7", "1"', 200],
  [', "a,b" ,,\t"1",', 200],
  ['"1-paused"', 200],
  ['W/"1"', 412],
  ['"2"', 412],
  ['"01"', 412],
  ['"1.0"', 412],
  ['""', 412],
  ['"a,1"', 412],
  ["1", 400],
  ["", 400],
  [",", 400],
  ['"1" "2"', 400],
  ['"1', 400],
  ['*, "1"', 400],
  ['w/"1"', 400],
])("If-Match of a new job: %j is %i", async (header, expected) => {
  const { id } = await submitted();
  const { status, body } = await requests.PATCH(id).set("If-Match", header);
  expect(status).toBe(expected);
  if (status === 400) expect(body.detail).toContain('"3"');
  if (status !== 200) expect((await get(id)).headers["etag"]).toBe('"1"');
});

test("a job that has ended meanwhile is not removed", async () => {
  app.run();
  const { id, etag } = await submitted();
  await app.ended(id);
  const { status, body } = await requests.DELETE(id).set("If-Match", etag);
  expect(status).toBe(412);
  expect(body.detail).toContain("It is succeeded now");
  const now = String((await get(id)).headers["etag"]);
  expect((await requests.DELETE(id).set("If-Match", now)).status).toBe(204);
});

test("a pause is no change of the job", async () => {
  const { id } = await submitted();
  await app.queue.control.setPaused("double", true);
  const { headers } = await get(id);
  expect(headers["etag"]).toBe('"1-paused"');
  await app.queue.control.setPaused("double", false);
  const changed = await requests.PATCH(id).set("If-Match", String(headers["etag"]));
  expect(changed.status).toBe(200);
});

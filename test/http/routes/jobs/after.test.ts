import request from "supertest";
import { afterEach, beforeEach, expect, test } from "vitest";
import { JobApp } from "../../../helpers/job-app.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open();
});
afterEach(() => app[Symbol.asyncDispose]());

const job = (more: object = {}) => ({ task: "double", input: { value: 1 }, ...more });
const post = (body: object) => request(app.listener).post("/jobs").send(body);
const get = (id: string) => request(app.listener).get(`/jobs/${id}`);

async function accepted(more: object = {}): Promise<string> {
  const { status, body } = await post(job(more));
  if (status !== 202) throw new Error(JSON.stringify(body));
  return body.id;
}

test("a job that waits for others says for how many, and a plain one says nothing", async () => {
  const [first, second] = [await accepted(), await accepted()];
  const { status, body } = await post(job({ after: [first, second] }));
  expect(status).toBe(202);
  expect(body).toMatchObject({ state: "queued", waitsFor: 2 });
  expect((await get(first)).body).not.toHaveProperty("waitsFor");
  app.run();
  await app.ended(body.id);
  const { body: ended } = await get(body.id);
  expect(ended).toMatchObject({ state: "succeeded", result: { value: 2 } });
  expect(ended).not.toHaveProperty("waitsFor");
});

test("a job that is cancelled for another one names it, wherever it is asked for", async () => {
  const first = await accepted();
  const second = await accepted({ after: [first] });
  await request(app.listener).delete(`/jobs/${first}`);
  await app.ended(second);
  const { body } = await get(second);
  expect(body).toMatchObject({ state: "cancelled", error: { type: "/problems/job-cancelled" } });
  expect(body.error.detail).toContain(`job ${first}, which was cancelled`);
  const { status, body: problem } = await get(`${second}/result`);
  expect(status).toBe(409);
  expect(problem.detail).toContain(first);
  const { body: third } = await post(job({ after: [second] }));
  expect(third).toMatchObject({ state: "cancelled", done: true });
});

test.each<[string, object, string[]]>([
  ["no list", { after: "x" }, ["/after"]],
  ["a number", { after: [1] }, ["/after/0"]],
  ["a job that never was", { after: ["x"] }, ["/after/0"]],
  ["two of them", { after: ["x", "y"] }, ["/after/0", "/after/1"]],
  ["a ref outside of a batch", { after: ["#first"] }, ["/after/0"]],
  ["too many", { after: Array.from({ length: 101 }, () => "x") }, ["/after"]],
  ["another word for onFailure", { onFailure: "stop" }, ["/onFailure"]],
])("%s is refused by its pointer", async (_, fields, paths) => {
  const { status, body } = await post(job(fields));
  expect(status).toBe(422);
  expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
  expect((await app.queue.jobs.stats()).submitted).toBe(0);
});

test("in an array only the job whose prerequisite is not there is refused", async () => {
  const { body } = await post([job(), job({ after: ["x"] })] as unknown as object);
  expect(body.jobs.map(({ status }: { status: number }) => status)).toEqual([202, 422]);
  expect(body.jobs[1].problem).toMatchObject({ errors: [{ path: "/after/0" }] });
});

test("a key knows what a job comes after", async () => {
  const [first, second] = [await accepted(), await accepted()];
  const send = (after: string[]) => post(job({ after })).set("Idempotency-Key", "k");
  const { body } = await send([first]);
  const again = await send([first]);
  expect(again.body).toEqual(body);
  expect(again.headers["idempotent-replayed"]).toBe("true");
  expect((await send([second])).body.type).toBe("/problems/key-conflict");
  expect((await send([])).body.type).toBe("/problems/key-conflict");
});

import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { JobApp } from "../../../helpers/job-app.ts";

let app: JobApp;
beforeAll(async () => {
  app = await JobApp.open({}, undefined, 2);
});
afterAll(() => app[Symbol.asyncDispose]());

const job = { task: "double", input: { value: 1 } };
const post = (path: string, body: object) => request(app.listener).post(path).send(body);

test("of an array the jobs that fit are accepted; the others are 503, each with what to do", async () => {
  const { status, body } = await post("/jobs", [job, job, job, job]);
  expect(status).toBe(207);
  expect(body.jobs.map((each: { status: number }) => each.status)).toEqual([202, 202, 503, 503]);
  expect(body.jobs[3].problem).toMatchObject({
    type: "/problems/queue-full",
    detail: expect.stringMatching(/2 jobs wait \(--max-queued\).*Try again in 60 s/),
  });
});

test("a job, a run that is to be a job, and a batch are 503 with Retry-After", async () => {
  const answers = [
    await post("/jobs", job),
    await post("/tasks/double", job.input).set("Prefer", "respond-async"),
    await post("/batches", { jobs: [job] }),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(503);
    expect(answer.headers["retry-after"]).toBe("60");
    expect(answer.body).toMatchObject({ type: "/problems/queue-full" });
  }
  expect((await post("/tasks/double", job.input)).status, "runs go on").toBe(200);
});

test("a batch that never fits is told so", async () => {
  const answer = await post("/batches", { jobs: [job, job, job] });
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toEqual([
    { path: "/jobs", message: expect.stringContaining("at most 2 jobs") },
  ]);
});

test("when jobs have been run, there is room", async () => {
  const { body } = await request(app.listener).get("/jobs");
  app.run();
  for (const { id } of body.jobs) await app.ended(id);
  expect((await post("/jobs", job)).status).toBe(202);
});

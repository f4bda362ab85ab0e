import request from "supertest";
import { afterEach, beforeEach, expect, test } from "vitest";
import { JobApp } from "../../../helpers/job-app.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open({ bodyLimitBytes: 10_000_000 });
});
afterEach(() => app[Symbol.asyncDispose]());

const job = (value: unknown) => ({ task: "double", input: { value } });
const lines = (text: string, type = "application/x-ndjson") =>
  request(app.listener).post("/jobs").set("Content-Type", type).send(text);

test("an array is answered item by item, in its order, although some are refused", async () => {
  const sent = [job(1), job("2"), { task: "none" }, null, job(5)];
  const { status, body } = await request(app.listener).post("/jobs").send(sent);
  expect(status).toBe(207);
  expect(body.jobs.map((each: { status: number }) => each.status)).toEqual([
    202, 422, 422, 422, 202,
  ]);
  expect(body.jobs[0].job).toMatchObject({ task: "double", state: "queued" });
  expect(body.jobs[1].problem).toMatchObject({ status: 422, errors: [{ path: "/input/value" }] });
  expect((await app.queue.stats()).states.queued).toBe(2);
});

test("NDJSON is answered in NDJSON, line by line, a malformed line as well", async () => {
  const text = `${JSON.stringify(job(1))}\r\n\n{"task":\n${JSON.stringify(job(2))}`;
  const answer = await lines(text).buffer(true).parse(asText);
  expect(answer.status).toBe(207);
  expect(answer.headers["content-type"]).toBe("application/x-ndjson");
  const items = String(answer.body)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(items.map(({ status }) => status)).toEqual([202, 400, 202]);
  expect(items[1].problem).toMatchObject({ type: "/problems/malformed-request" });
});

test("a repeated request with a key makes no more jobs", async () => {
  const send = () =>
    request(app.listener)
      .post("/jobs")
      .set("Idempotency-Key", "k")
      .send([job(1), job(2)]);
  const ids = (body: { jobs: { job: { id: string } }[] }) => body.jobs.map((each) => each.job.id);
  const first = await send();
  const again = await send();
  expect(ids(again.body)).toEqual(ids(first.body));
  const replayed = (body: { jobs: object[] }) => body.jobs.filter((each) => "replayed" in each);
  expect(replayed(first.body)).toHaveLength(0);
  expect(replayed(again.body)).toHaveLength(2);
  expect((await app.queue.stats()).submitted).toBe(2);
});

test.each([
  ["an empty array", "application/json", "[]"],
  ["only empty lines", "application/x-ndjson", "\n\n"],
  ["too many", "application/x-ndjson", "{}\n".repeat(10_001)],
])("%s is refused as a whole", async (_what, type, text) => {
  const { status, body } = await lines(text, type);
  expect(status).toBe(422);
  expect(body.detail).toContain("1 to 10000 jobs");
});

test("ten thousand refused items have a small answer, the first ones in full", async () => {
  const { status, body, text } = await request(app.listener)
    .post("/jobs")
    .send([job(1), ...Array.from({ length: 9998 }, () => ({})), job(2)]);
  expect(status).toBe(207);
  const statuses = body.jobs.map((each: { status: number }) => each.status);
  expect(statuses).toEqual([202, ...Array.from({ length: 9998 }, () => 422), 202]);
  expect(text.length).toBeLessThan(1_000_000);
  expect(body.jobs[100].problem).toMatchObject({ errors: [{ path: "/task" }] });
  const brief = { type: "/problems/invalid-input", status: 422 };
  expect(body.jobs[9998]).toEqual({ status: 422, problem: brief });
});

test("a schema that throws is a 500 for each item, and one line in the log", async () => {
  const sent = [
    job(1),
    ...Array.from({ length: 3 }, () => ({ task: "picky", input: { kind: "throws" } })),
  ];
  const { body } = await request(app.listener).post("/jobs").send(sent);
  const statuses = body.jobs.map((each: { status: number }) => each.status);
  expect(statuses).toEqual([202, 500, 500, 500]);
  expect(app.services.logged).toHaveLength(1);
  expect(app.services.logged[0]).toContain("no luck");
});

test("blank lines are skipped, however many and long", async () => {
  const text = `${" ".repeat(900_000)}\n${"\n\r\t".repeat(300_000)}  ${JSON.stringify(job(1))} `;
  const answer = await lines(text).buffer(true).parse(asText);
  expect(answer.status).toBe(207);
  expect(JSON.parse(String(answer.body)).status).toBe(202);
});

test("ten thousand jobs at once are accepted", async () => {
  const { status, body } = await request(app.listener)
    .post("/jobs")
    .send(Array.from({ length: 10_000 }, (_, index) => job(index)));
  expect(status).toBe(207);
  expect(body.jobs).toHaveLength(10_000);
  expect((await app.queue.stats()).states.queued).toBe(10_000);
});

function asText(response: request.Response, done: (error: null, text: string) => void): void {
  let text = "";
  const stream = response as unknown as NodeJS.ReadableStream;
  stream.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  stream.on("end", () => done(null, text));
}

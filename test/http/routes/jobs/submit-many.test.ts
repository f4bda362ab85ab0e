import request from "supertest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
  expect((await app.queue.jobs.stats()).states.queued).toBe(2);
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
  expect((await app.queue.jobs.stats()).submitted).toBe(2);
});

describe("Prefer: wait", () => {
  const send = (sent: object[], wait = "wait=30") =>
    request(app.listener).post("/jobs").set("Prefer", wait).send(sent);

  test("answers when all have ended, with their results", async () => {
    app.run();
    const failing = { task: "throws", input: { message: "no" }, maxAttempts: 1 };
    const { status, headers, body } = await send([job(1), job("2"), failing, job(4)]);
    expect(status).toBe(207);
    expect(headers["preference-applied"]).toBe("wait=30");
    const seen = body.jobs.map((each: { status: number; job?: { state: string } }) => [
      each.status,
      each.job?.state,
    ]);
    expect(seen).toEqual([
      [200, "succeeded"],
      [422, undefined],
      [200, "failed"],
      [200, "succeeded"],
    ]);
    expect(body.jobs[0].job.result).toEqual({ value: 2 });
    expect(body.jobs[3].job.result).toEqual({ value: 8 });
  });

  test("answers when the seconds are over, with the jobs as they are", async () => {
    const { headers, body } = await send([job(1), job(2)], "wait=0");
    expect(headers["preference-applied"]).toBe("wait=0");
    expect(body.jobs.map((each: { status: number }) => each.status)).toEqual([202, 202]);
  });

  test("answers at once if no job was accepted", async () => {
    const { body } = await send([job("a"), job("b")]);
    expect(body.jobs.map((each: { status: number }) => each.status)).toEqual([422, 422]);
  });

  test("hundreds of jobs are waited for, and so are lines", async () => {
    app.run();
    const sent = Array.from({ length: 300 }, (_, value) => JSON.stringify(job(value)));
    const answer = await lines(sent.join("\n")).set("Prefer", "wait=60").buffer(true).parse(asText);
    const items = String(answer.body).trimEnd().split("\n");
    expect(items.map((line) => JSON.parse(line).job.result.value)).toEqual(
      sent.map((_, value) => 2 * value),
    );
  });

  test("results beyond a megabyte are left out, and their items say so", async () => {
    app.run(1_000_000);
    // 400,000 bytes are 533,336 characters of base64.
    const bytes = { task: "bytes", input: { length: 400_000 } };
    const { body } = await send([bytes, bytes, job(1)]);
    const told = body.jobs.map(
      (each: { status: number; resultLeftOut?: boolean; job: { result?: unknown } }) => [
        each.status,
        each.resultLeftOut,
        each.job.result !== undefined,
      ],
    );
    expect(told).toEqual([
      [200, undefined, true],
      [200, true, false],
      [200, true, false],
    ]);
    const { result } = body.jobs[1].job.links;
    expect((await request(app.listener).get(result)).body.data).toHaveLength(533_336);
  });
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
  expect((await app.queue.jobs.stats()).states.queued).toBe(10_000);
});

function asText(response: request.Response, done: (error: null, text: string) => void): void {
  let text = "";
  const stream = response as unknown as NodeJS.ReadableStream;
  stream.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  stream.on("end", () => done(null, text));
}

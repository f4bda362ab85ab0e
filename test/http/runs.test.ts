import { createHash } from "node:crypto";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { Dispatcher } from "../../src/compute/dispatcher.ts";
import { InlineExecutor } from "../../src/compute/executors/inline.ts";
import { ThreadsExecutor } from "../../src/compute/executors/threads/threads.ts";
import { createApp } from "../../src/http/app.ts";
import { Telemetry } from "../../src/telemetry/events.ts";
import { testServices } from "../helpers/services.ts";

const app = createApp(testServices()).callback();
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("a run", () => {
  test("answers with the result, where it ran and what it cost", async () => {
    const response = await request(app).post("/tasks/double").send({ value: 21 });
    expect(response.status).toBe(200);
    expect(response.headers["content-type"]).toBe("application/json");
    expect(response.body).toEqual({
      task: "double",
      result: { value: 42 },
      run: {
        executor: "inline",
        worker: 1,
        pid: process.pid,
        thread: null,
        queuedMs: expect.any(Number),
        ranMs: expect.any(Number),
        cpuMs: expect.any(Number),
      },
    });
    const { queuedMs, ranMs, cpuMs } = response.body.run;
    expect(response.headers["server-timing"]).toBe(
      `queue;dur=${queuedMs}, run;dur=${ranMs}, cpu;dur=${cpuMs}`,
    );
  });

  test("on libuv's threads has no CPU time", async () => {
    const response = await request(app).post("/tasks/double?executor=libuv").send({ value: 1 });
    expect(response.body.run).toMatchObject({ executor: "libuv", cpuMs: null, thread: null });
    expect(response.headers["server-timing"]).not.toContain("cpu");
  });

  test("on an executor that this server lacks is a 409 that names the flag", async () => {
    const response = await request(app).post("/tasks/double?executor=threads").send({ value: 1 });
    expect(response.status).toBe(409);
    expect(response.body).toMatchObject({ type: "/problems/executor-unavailable" });
    expect(response.body.detail).toContain("--threads");
  });

  test("of a task without a native form is a 409 on libuv, before it queues", async () => {
    const response = await request(app).post("/tasks/spin?executor=libuv").send({ ms: 1 });
    expect(response.status).toBe(409);
    expect(response.body.detail).toContain("Task spin has no native asynchronous form");
  });

  test.each(["executor=gpu", "executor=", "executor=inline&executor=inline"])(
    "with ?%s is a 422 that names the executors",
    async (query) => {
      const response = await request(app).post(`/tasks/double?${query}`).send({ value: 1 });
      expect(response.status).toBe(422);
      expect(response.body.errors).toEqual([
        { path: "/executor", message: "give one of inline, libuv, threads, and only once" },
      ]);
    },
  );

  test("of a task that throws is a 500 without its message and its stack", async () => {
    const response = await request(app).post("/tasks/throws").send({ message: "no luck" });
    expect(response.status).toBe(500);
    expect(response.body).toMatchObject({
      type: "/problems/task-failed",
      detail: `Task throws failed. The server's log has the error (request ${response.body.requestId}).`,
    });
    expect(response.text).not.toMatch(/tasks\.ts|no luck/);
  });

  test("whose output JSON cannot hold is a failure of the task", async () => {
    const response = await request(app).post("/tasks/closure").send({ kind: "bigint" });
    expect(response.status).toBe(500);
    expect(response.body.detail).toContain("Task closure returned something that JSON cannot hold");
  });

  test("whose output JSON would omit is one, too", async () => {
    const response = await request(app).post("/tasks/closure").send({ kind: "bare" });
    expect(response.status).toBe(500);
    expect(response.body).toMatchObject({ type: "/problems/task-failed" });
    expect(response.body.detail).toContain("JSON cannot hold: a function");
  });

  test.each(["bytes", "text"])(
    "whose output has too many %s for JSON is one, too",
    async (kind) => {
      const response = await request(app).post("/tasks/huge").send({ kind });
      expect(response.body).toMatchObject({
        type: "/problems/task-failed",
        detail: expect.stringMatching(/hold: more than 5\d{8} characters of JSON: return less$/),
      });
    },
  );

  test("has the same answer for an odd output on the event loop and on a thread", async () => {
    const threads = await ThreadsExecutor.start({
      ...{ threads: 1, heapBytes: 64 * 1024 ** 2 },
      taskFiles: [new URL("../fixtures/tasks.ts", import.meta.url).pathname],
      onError: (error) => expect.unreachable(error.message),
    });
    const executors = new Map([...testServices().executors, ["threads", threads] as const]);
    const both = createApp(testServices({ executors })).callback();
    for (const executor of ["inline", "threads"]) {
      const ask = (kind: string, accept = "*/*") =>
        request(both)
          .post(`/tasks/closure?executor=${executor}`)
          .set("Accept", accept)
          .send({ kind });
      expect((await ask("nothing")).body).toMatchObject({ result: null, run: { executor } });
      const own = { task: "closure", result: { own: 1 } };
      expect((await ask("own JSON")).body).toMatchObject(own);
      expect((await ask("own JSON", "application/octet-stream")).body).toMatchObject(own);
      const fault = await ask("throws");
      expect(fault.headers["content-type"]).toContain("application/problem+json");
      expect(fault.body).toMatchObject({
        status: 500,
        detail: expect.stringContaining("a toJSON or a getter of it threw"),
      });
    }
    await threads.close();
  });

  test("whose schema throws, or is asynchronous, is a failure of the task", async () => {
    for (const kind of ["throws", "waits"]) {
      const response = await request(app).post("/tasks/picky").send({ kind });
      expect(response.status).toBe(500);
      expect(response.body).toMatchObject({ type: "/problems/task-failed" });
      expect(response.body.detail).toContain("The schema of task picky failed");
    }
  });

  test("has its bytes in base64 in JSON, and bare if the client accepts octets", async () => {
    const json = await request(app).post("/tasks/bytes").send({ length: 3 });
    expect(json.body.result).toEqual({ data: "AAEC" });
    const bare = await request(app)
      .post("/tasks/bytes")
      .set("Accept", "application/octet-stream")
      .send({ length: 3 });
    expect(bare.headers["content-type"]).toBe("application/octet-stream");
    expect(bare.headers["server-timing"]).toContain("run;dur=");
    expect([...bare.body]).toEqual([0, 1, 2]);
  });
});

describe("/hash", () => {
  test("takes its parameters from the query", async () => {
    const query = "/hash?algorithm=sha256&iterations=1&input=abc";
    const response = await request(app).get(query);
    expect(response.status).toBe(200);
    expect(response.body.result).toMatchObject({ algorithm: "sha256", digest: sha256("abc") });
  });

  test("refuses a query that is not percent-encoded UTF-8", async () => {
    for (const query of ["input=%ff", "input=100%", "input=a&salt=%C3"]) {
      const response = await request(app).get(`/hash?${query}`);
      expect(response.status, query).toBe(400);
      expect(response.body.detail).toContain("percent-encoded UTF-8");
    }
    expect((await request(app).get("/hash?__proto__=1&input=a")).status).toBe(422);
  });

  test("takes them from a JSON body", async () => {
    const input = { algorithm: "sha256", iterations: 1, input: "abc" };
    const response = await request(app).post("/hash").send(input);
    expect(response.body.result).toMatchObject({ digest: sha256("abc") });
  });

  test("gives the same result under /tasks/hash", async () => {
    const input = { algorithm: "sha512", iterations: 7, input: "abc" };
    const [one, two] = [
      await request(app).post("/hash").send(input),
      await request(app).post("/tasks/hash").send(input),
    ];
    expect(one?.body.result).toEqual(two?.body.result);
  });

  test("refuses a parameter given twice, and query parameters on POST", async () => {
    const twice = await request(app).get("/hash?input=a&input=b");
    expect(twice.status).toBe(422);
    expect(twice.body.errors).toEqual([
      { path: "/input", message: "given more than once; give it once" },
    ]);
    const stray = await request(app).post("/hash?iterations=5").send({ input: "a" });
    expect(stray.status).toBe(422);
    expect(stray.body.errors).toEqual([{ path: "/iterations", message: "put it into the body" }]);
  });
});

test("a run that needs more memory than the limit is refused at once", async () => {
  const refused = await request(app)
    .post("/tasks/heavy")
    .send({ bytes: 2 ** 31 });
  expect(refused.status).toBe(422);
  expect(refused.body.detail).toMatch(/needs 2048 MiB of memory, .* may take 1024 MiB together/);
  expect(
    (
      await request(app)
        .post("/tasks/heavy")
        .send({ bytes: 2 ** 30 })
    ).status,
  ).toBe(200);
});

describe("/tasks", () => {
  test("lists every task, each with its schema and an example that works", async () => {
    const { body } = await request(app).get("/tasks");
    const names = body.tasks.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(["hash", "primes", "matrix", "json", "double"]));
    const hash = body.tasks.find(({ name }: { name: string }) => name === "hash");
    expect(hash).toEqual((await request(app).get("/tasks/hash")).body);
    expect(hash).toMatchObject({ url: "/tasks/hash", native: true, input: expect.any(Object) });
    const ran = await request(app).post(hash.url).send(hash.example);
    expect(ran.status).toBe(200);
  });

  test.each(["/tasks/none", "/tasks/__proto__", "/tasks/%00", "/tasks/%zz"])(
    "%s is a 404 problem",
    async (path) => {
      const response = await request(app).get(path);
      expect(response.status).toBe(404);
      expect(response.body.detail).toContain("hash");
    },
  );
});

test("a client that leaves before its run has started cancels the run", async () => {
  const inline = new InlineExecutor();
  const dispatcher = new Dispatcher({
    slots: 1,
    maxPending: 10,
    queueTimeoutMs: 60_000,
    runTimeoutMs: 60_000,
    hangTimeoutMs: 10_000,
    clock: systemClock,
    telemetry: new Telemetry(),
  });
  // A run holds the slot until the test ends it.
  const held = Promise.withResolvers<void>();
  const services = testServices({ dispatcher });
  const task = services.tasks.get("double");
  if (!task) throw new Error("no task double");
  const holding = dispatcher.run({
    task: { ...task, run: () => held.promise },
    input: {},
    executor: inline,
    lane: "live",
    signal: new AbortController().signal,
  });

  const server = createServer(createApp(services).callback()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const path = "/hash?input=a";
  const client = httpRequest({ host: "127.0.0.1", port, path });
  client.on("error", () => {});
  const arrived = new Promise((resolve) => server.once("request", (_, res) => resolve(res)));
  client.end();
  await arrived;
  await until(() => dispatcher.waiting === 1);
  client.destroy();
  await until(() => dispatcher.waiting === 0);
  held.resolve();
  await holding;
  await until(() => dispatcher.running === 0);
  expect(services.logged).toEqual([]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Waits turn by turn until the condition holds. The time limit of the test ends a vain wait. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

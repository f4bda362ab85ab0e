/** A task that is broken hurts itself only, on every executor, and the log says which task it is. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ServerProcess } from "../helpers/server-process.ts";

const file = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).pathname;
const broken = file("broken.ts");

describe.each([
  ["inline", ["--mode", "single"]],
  ["libuv", ["--mode", "libuv", "--cores", "1"]],
  ["threads", ["--mode", "threads", "--cores", "1"]],
])("%s", (executor, flags) => {
  let server: ServerProcess;
  let workers: number[];

  beforeAll(async () => {
    const tasks = ["--tasks", file("tasks.ts"), "--tasks", broken];
    server = await ServerProcess.start([...flags, "--run-timeout", "5s", ...tasks]);
    workers = await server.workers();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const post = async (task: string, input: object) => {
    const response = await server.post(`/tasks/${task}`, input);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  /** Everybody else is served as before, by the same worker. */
  async function expectUnhurt(): Promise<void> {
    const { status, body } = await post("double", { value: 21 });
    expect([status, body["result"]]).toEqual([200, { value: 42 }]);
    expect(body["run"]).toMatchObject({ executor, ranMs: expect.any(Number) });
    expect(await server.get("/")).toMatchObject({ message: "hello world" });
    expect(await server.workers()).toEqual(workers);
  }

  test.each(["JSON", "Promise", "performance", "JSON.stringify", "performance.now", "setTimeout"])(
    "a run that replaces %s fails",
    async (what) => {
      const before = server.stderr.length;
      const { status, body } = await post("replaces", { what });
      expect([status, body["type"]]).toEqual([500, "/problems/task-failed"]);
      await expect.poll(() => server.stderr.slice(before)).toMatch(/read only property/);
      const [told = ""] = server.stderr.slice(before).split("\n");
      expect(told).toContain("replaces");
      expect(told).toContain(broken);
      await expectUnhurt();
    },
  );

  test.each([
    ["throws no error", "throws", { bare: "just text" }],
    ["throws what has no text", "throws", { mute: true }],
    ["returns a function", "closure", { kind: "bare" }],
    ["returns a proxy that throws", "closure", { kind: "proxy" }],
    ["has a schema that throws", "picky", { kind: "throws" }],
    ["has a schema that is asynchronous", "picky", { kind: "waits" }],
    ["is rejected by a promise that it does not await", "strays", { when: "in the run" }],
  ])("a run that %s fails", async (_, task, input) => {
    const { status, body } = await post(task, input);
    expect([status, body["type"]]).toEqual([500, "/problems/task-failed"]);
    expect(body["detail"]).toContain(task);
    await expectUnhurt();
  });

  test.each([
    ["at once", "Error: astray"],
    ["later", "Error: late astray"],
    ["no error", "'just a text'"],
  ])(
    "a promise that is rejected %s, after its run, is told and costs nobody",
    async (when, why) => {
      const before = server.stderr.length;
      expect((await post("strays", { when })).status).toBe(200);
      // Runs of others, during which the event loop of a thread turns.
      expect((await post("innocent", { ms: 50 })).status).toBe(200);
      await expect
        .poll(() => server.stderr.slice(before))
        .toContain(`A promise of task strays (${broken}) was rejected, and nothing handled that.`);
      expect(server.stderr.slice(before)).toContain(why);
      await expectUnhurt();
    },
  );

  test("a task that prints is heard, and costs nobody", async () => {
    const response = await server.post("/tasks/says?executor=inline", { text: "to both streams" });
    expect(response.status).toBe(200);
    await server.printed(/to both streams/);
    await expectUnhurt();
  });
});

test("a task that leaks costs its thread, between two runs, and no run", async () => {
  const memory = ["--thread-memory", "64mb"];
  const tasks = ["--tasks", broken, "--tasks", file("tasks.ts")];
  const mode = ["--mode", "threads", "--threads", "1"];
  await using server = await ServerProcess.start([...mode, ...memory, ...tasks]);
  const workers = await server.workers();
  const threads = new Set<unknown>();
  for (let run = 0; run < 100 && threads.size < 3; run++) {
    const response = await server.post("/tasks/leaks", {});
    expect(response.status).toBe(200);
    threads.add(((await response.json()) as { run: { thread: unknown } }).run.thread);
  }
  expect(threads.size).toBe(3);
  expect((await server.post("/tasks/double", { value: 1 })).status).toBe(200);
  expect(await server.workers()).toEqual(workers);
});

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { RawClient } from "../helpers/raw-client.ts";
import { gone, ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
const spin = (ms: number) => ({ ms });

test("a worker that is killed is replaced, and the others go on", async () => {
  await using server = await ServerProcess.start(["--workers", "2"]);
  const [victim, other] = await server.workers();
  if (!victim || !other) throw new Error("two workers were asked for");
  process.kill(victim, "SIGKILL");
  await server.printed(/"signal":"SIGKILL"/);
  const exit = server.log.find(({ signal }) => signal === "SIGKILL");
  expect(exit).toMatchObject({ pid: expect.any(Number), code: null, uptimeMs: expect.any(Number) });
  let seen: number[] = [];
  while (seen.length < 2) seen = (await server.workers()).filter((pid) => pid !== victim);
  expect(seen).toContain(other);
  expect(await server.get("/")).toMatchObject({ message: "hello world" });
});

test("a connection that comes as its worker is killed is answered by another", async () => {
  await using server = await ServerProcess.start(["--workers", "2"]);
  const [victim = 0] = await server.workers();
  // The primary finds connections and a dead worker at the same time.
  server.child.kill("SIGSTOP");
  process.kill(victim, "SIGKILL");
  const clients = await Promise.all(Array.from({ length: 6 }, () => RawClient.connect(server.url)));
  for (const client of clients) {
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }
  server.child.kill("SIGCONT");
  for (const client of clients) {
    await client.closed;
    expect(client.received.slice(0, 12)).toBe("HTTP/1.1 200");
  }
});

test("when the primary is killed nothing is left running", async () => {
  const server = await ServerProcess.start(["--mode", "hybrid", "--cores", "2"]);
  const workers = await server.workers();
  expect(workers).toHaveLength(2);
  server.child.kill("SIGKILL");
  await server.exited;
  for (const pid of workers) await gone(pid);
});

test("a task that calls process.exit inline ends its worker, which is replaced", async () => {
  await using server = await ServerProcess.start(["--mode", "single", "--tasks", tasks]);
  const warned = server.log.filter(({ msg }) => /Use --mode threads where/.test(String(msg)));
  expect(warned, "own tasks on the event loop are warned about, once").toHaveLength(1);
  await expect(server.post("/tasks/exit", { code: 7 })).rejects.toThrow();
  await server.printed(/"code":7/);
  while (!(await server.get("/").catch(() => undefined))) await once(server.child, "output");
  expect(await server.get("/")).toMatchObject({ message: "hello world" });
});

test.each([
  ["throws", { message: "no luck" }, "task-failed"],
  ["exit", { code: 3 }, "run-crashed"],
  ["hoard", {}, "run-crashed"],
  ["stray", {}, "run-crashed"],
])("in threads, %s costs one run and nothing else", async (name, input, type) => {
  const flags = ["--mode", "threads", "--cores", "2", "--thread-memory", "64mb"];
  await using server = await ServerProcess.start([...flags, "--tasks", tasks]);
  const [worker] = await server.workers();
  const beside = server.post("/tasks/spin", spin(300));
  const failed = await server.post(`/tasks/${name}`, input);
  expect(failed.status).toBe(500);
  expect(await failed.json()).toMatchObject({ type: `/problems/${type}` });
  expect((await beside).status).toBe(200);
  for (let value = 0; value < 4; value++) {
    expect((await server.post("/tasks/double", { value })).status).toBe(200);
  }
  expect(await server.workers()).toEqual([worker]);
});

test("a spinning run is killed at its deadline, answered 504, and the next one is served", async () => {
  const flags = ["--mode", "threads", "--threads", "1", "--run-timeout", "200ms"];
  await using server = await ServerProcess.start([...flags, "--tasks", tasks]);
  const spinning = server.post("/tasks/spin", {});
  const timedOut = await spinning;
  expect(timedOut.status).toBe(504);
  expect(await timedOut.json()).toMatchObject({ type: "/problems/run-timeout" });
  expect((await server.post("/tasks/double", { value: 1 })).status).toBe(200);
});

test.each(["single", "threads"])(
  "mode %s: a run that never settles gives its slot back",
  async (mode) => {
    const flags = ["--mode", mode, "--cores", "1", "--run-timeout", "200ms", "--tasks", tasks];
    await using server = await ServerProcess.start(flags);
    for (let count = 0; count < 2; count++) {
      expect((await server.post("/tasks/never", {})).status).toBe(504);
      expect((await server.post("/tasks/double", { value: 1 })).status).toBe(200);
    }
  },
);

test.each(["info", "silent"])(
  "a port in use is told in one line, exit code 1 (log level %s)",
  async (level) => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    const server = ServerProcess.spawn(["--port", String(port), "--log-level", level]);
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.stdout).toBe("");
    expect(server.stderr).toContain(`Port ${port}`);
    expect(server.stderr).toContain("--port");
    expect(server.stderr).not.toContain("    at ");
    await new Promise((resolve) => holder.close(resolve));
  },
);

test("a task file that is not there stops the server with its error, exit code 2", async () => {
  const server = ServerProcess.spawn(["--tasks", "/nowhere/tasks.ts"]);
  expect(await server.exited).toEqual({ code: 2, signal: null });
  expect(server.stderr).toContain("/nowhere/tasks.ts");
});

test.each([
  [
    "a mistake in its syntax",
    "export const one = 1;\nexport const two = = 2;\n",
    "at line 2 (export",
  ],
  [
    "a call of process.exit",
    "process.exit(0);",
    "while it was loading (exit code 0): it called process.exit",
  ],
  [
    "an example that its schema refuses",
    `import { defineTask, z } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)};
    const parts = { name: "wrong", description: "Any.", input: z.number(), run: () => 1 };
    export const wrong = defineTask({ ...parts, example: "1" });`,
    '"example" of task wrong must be an input that works. ',
  ],
])(
  "a task file with %s stops the server, and where it is is told once",
  async (_, source, told) => {
    using folder = new Folder();
    const file = folder.file("mistaken.mjs");
    writeFileSync(file, source);
    const server = ServerProcess.spawn(["--mode", "threads", "--cores", "2", "--tasks", file]);
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.log).toHaveLength(1);
    expect(server.stderr).toContain("mistaken.mjs");
    expect(server.log[0]?.["msg"]).toContain(told);
  },
);

test("a worker that never becomes ready stops the server at the boot deadline", async () => {
  const hangs = new URL("../fixtures/hangs.ts", import.meta.url).pathname;
  const flags = ["--tasks", hangs, "--boot-timeout", "500ms"];
  const server = ServerProcess.spawn(flags);
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr).toContain("--boot-timeout");
});

test("a log that cannot be written costs its lines, and nothing else", async () => {
  const flags = ["--mode", "cluster", "--workers", "1", "--tasks", tasks];
  await using server = await ServerProcess.startWithoutLog(flags);
  expect((await server.post("/tasks/throws", { message: "told to nobody" })).status).toBe(500);
  expect((await server.post("/tasks/double", { value: 1 })).status).toBe(200);
  const [victim = 0] = await server.workers();
  process.kill(victim, "SIGKILL");
  await gone(victim);
  while (!(await server.get("/").catch(() => undefined))) await new Promise(setImmediate);
  server.child.kill("SIGTERM");
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test("a reader of its output that goes away costs the lines, and nothing else", async () => {
  await using server = await ServerProcess.start(["--mode", "single", "--tasks", tasks]);
  server.child.stdout?.destroy();
  server.child.stderr?.destroy();
  expect((await server.post("/tasks/says", { text: "to nobody" })).status).toBe(200);
  expect((await server.post("/tasks/throws", { message: "told to nobody" })).status).toBe(500);
  expect((await server.post("/tasks/says", { text: "to nobody" })).status).toBe(200);
  server.child.kill("SIGTERM");
  expect(await once(server.child, "exit")).toEqual([0, null]);
});

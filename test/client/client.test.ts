/** The client against a real server. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createClient, JobError, ProblemError } from "../../src/client/client.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

type Tasks = typeof import("../fixtures/tasks.ts");
const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;

let folder: Folder;
let server: ServerProcess;
beforeAll(async () => {
  folder = new Folder();
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`];
  server = await ServerProcess.start([...queue, "--tasks", tasks, "--mode", "threads"]);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const api = () => createClient<Tasks>(server.url);

test("a run answers with its output", async () => {
  expect(await api().double.run({ value: 4 })).toEqual({ value: 8 });
  expect(await api().double.run({ value: 4 }, { executor: "inline" })).toEqual({ value: 8 });
});

test("an input that is refused names its fields", async () => {
  const error: unknown = await api()
    .double.run({ value: "four" as unknown as number })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ status: 422, kind: "invalid-input", errors: [{ path: "/value" }] });
});

test("a job is waited for, and found again by its id", async () => {
  const job = await api().double.submit({ value: 5 }, { tags: ["five"] });
  expect(await job.wait()).toEqual({ value: 10 });
  const again = api().$job(job.id);
  expect(await again.job()).toMatchObject({ state: "succeeded", tags: ["five"] });
  expect(await again.wait()).toEqual({ value: 10 });
  await expect(again.cancel()).rejects.toMatchObject({ kind: "job-ended" });
});

test("a job that ends without a result throws its problem", async () => {
  const job = await api().throws.submit({ message: "no luck" }, { maxAttempts: 1 });
  const error: unknown = await job.wait().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(JobError);
  expect(error).toMatchObject({ kind: "task-failed", job: { state: "failed", id: job.id } });
});

test("the same key is the same job", async () => {
  const idempotencyKey = "the-same";
  const [one, two] = await Promise.all([
    api().double.submit({ value: 6 }, { idempotencyKey }),
    api().double.submit({ value: 6 }, { idempotencyKey }),
  ]);
  expect(one.id).toBe(two.id);
});

test("a job is followed to its end, and cancelled while it runs", async () => {
  const job = await api().never.submit({});
  const states: string[] = [];
  for await (const { job: shown } of job.events()) {
    states.push(shown.state);
    if (shown.state === "running") await job.cancel();
  }
  expect(states.at(-1)).toBe("cancelled");
  await expect(job.wait()).rejects.toMatchObject({ kind: "job-cancelled" });
  // Who asks after the end is told of it, too.
  const late = await Array.fromAsync(job.events());
  expect(late.map(({ job: shown }) => shown.state)).toEqual(["cancelled"]);
});

test("bytes may be JSON themselves: they come as bytes", async () => {
  const drawn = { data: new TextEncoder().encode('{ "a": 1 }'), type: "application/json" };
  expect(await api().drawing.run({ how: "json" })).toEqual(drawn);
  expect(await (await api().drawing.submit({ how: "json" })).wait()).toEqual(drawn);
});

test("an id that no server gives asks for nothing else", async () => {
  for (const id of ["", ".", ".."]) expect(() => api().$job(id)).toThrow(/is no id of a job$/);
  await expect(api().$job("../tasks").job()).rejects.toMatchObject({ kind: "not-found" });
  await expect(api().$job("a?b#c/d").job()).rejects.toMatchObject({ kind: "not-found" });
});

test("a signal ends the wait, and not the job", async () => {
  const job = await api().never.submit({});
  const abort = new AbortController();
  const waiting = job.wait({ signal: abort.signal });
  abort.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  expect((await job.job()).done).toBe(false);
  await job.cancel();
});

test("events go on where a connection broke, and tell nothing twice", async () => {
  const lines = await breakingProxy(server.url);
  const job = await createClient<Tasks>(lines.url).steps.submit(
    { steps: [1, 2] },
    { runAt: new Date(Date.now() + 3_600_000) },
  );
  const versions: string[] = [];
  for await (const { job: shown } of job.events()) {
    versions.push(`${shown.state} ${JSON.stringify(shown.progress)}`);
    lines.breakAll();
    // Now that it was seen to wait, it may start.
    if (versions.length === 1) await startNow(job.id);
  }
  expect(versions.length).toBeGreaterThan(1);
  expect(versions.at(-1)).toBe("succeeded 2");
  expect(new Set(versions).size).toBe(versions.length);
});

async function startNow(id: string) {
  const headers = { "Content-Type": "application/json" };
  const change = { method: "PATCH", headers, body: '{"runAt":null}' };
  expect((await fetch(`${server.url}/jobs/${id}`, change)).status).toBe(200);
}

/** Passes bytes on, and breaks its connections when the test says so. */
async function breakingProxy(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {}).once("close", () => sockets.delete(socket));
    }
    client.pipe(upstream).pipe(client);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    proxy.close();
    breakAll();
  });
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, breakAll };
}

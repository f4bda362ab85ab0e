/** Jobs whose input and result are bytes, between real processes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { retried } from "../helpers/retried.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const fixture = new URL("../fixtures/bytes-tasks.ts", import.meta.url).pathname;
const photo = Buffer.from(Uint8Array.from({ length: 3_000_001 }, (_, at) => (at * 31) % 256));

const folder = new Folder();
let server: ServerProcess;

beforeAll(async () => {
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`, "--job-result-limit", "4000000"];
  const workers = ["--mode", "hybrid", "--workers", "2", "--threads", "1"];
  server = await ServerProcess.start([...workers, ...queue, "--tasks", fixture]);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function submit(path: string, prefer = "respond-async"): Promise<{ id: string }> {
  const response = await fetch(new URL(path, server.url), {
    method: "POST",
    headers: { "content-type": "image/png", prefer },
    body: photo,
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { id: string };
}

async function shown(id: string, prefer = "wait=0") {
  const response = await fetch(new URL(`/jobs/${id}`, server.url), { headers: { prefer } });
  return (await response.json()) as { state: string; attempts: number; progress: number | null };
}

async function resultOf(id: string): Promise<{ type: string | null; bytes: Buffer }> {
  const response = await fetch(new URL(`/jobs/${id}/result`, server.url));
  const bytes = Buffer.from(await response.arrayBuffer());
  return { type: response.headers.get("content-type"), bytes };
}

test("go through the queue's file as they are", async () => {
  const { id } = await submit("/tasks/echo", "respond-async, wait=60");
  expect(await shown(id)).toMatchObject({
    state: "succeeded",
    attempts: 1,
    result: { bytes: photo.length, type: "image/png" },
  });
  const { type, bytes } = await resultOf(id);
  expect(type).toBe("image/png");
  expect(Buffer.compare(bytes, photo)).toBe(0);
});

test("are the same after the worker was killed while it had the job", async () => {
  const { id } = await submit("/tasks/slow-echo?ms=1500");
  let running = await shown(id);
  while (running.progress === null) running = await shown(id, "wait=0");
  process.kill(running.progress, "SIGKILL");
  const ended = await retried(server, () => shown(id, "wait=60"));
  expect(ended).toMatchObject({ state: "succeeded", attempts: 2 });
  const { bytes } = await retried(server, () => resultOf(id));
  expect(Buffer.compare(bytes, photo)).toBe(0);
});

test("of several jobs at once arrive whole, and others are answered meanwhile", async () => {
  const submitted = () => retried(server, () => submit("/tasks/slow-echo?ms=1"));
  const jobs = await Promise.all([0, 1, 2, 3].map(submitted));
  expect((await fetch(new URL("/livez", server.url))).status).toBe(200);
  for (const { id } of jobs) {
    expect(await shown(id, "wait=60")).toMatchObject({ state: "succeeded" });
    expect(Buffer.compare((await resultOf(id)).bytes, photo)).toBe(0);
  }
});

import { describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { type ClientJob, jobTold, submitJob } from "../helpers/job-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const library = new URL("../../src/index.ts", import.meta.url);

/** Tasks for a server: one that holds the event loop until a file is there, and large results. */
function tasksOf(folder: Folder): string[] {
  const go = JSON.stringify(folder.file("go"));
  folder.write({
    "tasks.mjs": `import { existsSync } from "node:fs";
import { bytes, defineTask, z } from "${library}";
const input = z.strictObject({});
export const hold = defineTask({ name: "hold", input, run: () => { while (!existsSync(${go})); } });
export const text = defineTask({ name: "text", input, run: () => "x".repeat(300_000) });
export const noise = defineTask({
  name: "noise",
  input,
  run: () => bytes(new Uint8Array(3_000_001).map((_, at) => at % 251), "application/x-noise"),
});
`,
  });
  return ["--tasks", folder.file("tasks.mjs"), "--job-result-limit", "4mb"];
}

/** A server of one worker, with control and a queue. */
async function startServer(folder: Folder, ...flags: string[]): Promise<ServerProcess> {
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`];
  const places = ["--control", "127.0.0.1:0", "--workers", "1"];
  return ServerProcess.start([...queue, ...places, ...flags]);
}

/** What control answers. */
async function ask(server: ServerProcess, method: string, path: string, headers = {}) {
  const response = await fetch(new URL(path, server.controlUrl), { method, headers });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
  };
}

describe("jobs at the address of control", () => {
  test("are answered while every worker computes", { timeout: 120_000 }, async () => {
    using folder = new Folder();
    await using server = await startServer(folder, ...tasksOf(folder));
    await ask(server, "POST", "/jobs/pause");
    const [first, second, third] = [
      await submitJob(server, "hold", {}),
      await submitJob(server, "hold", {}),
      await submitJob(server, "hold", {}),
    ];
    await ask(server, "POST", "/jobs/resume");
    const running = async () => (await ask(server, "GET", `/jobs/${first.id}`)).body.state;
    await expect.poll(running, { timeout: 60_000, interval: 10 }).toBe("running");
    let isAnswered = false;
    const light = fetch(server.url).then(() => {
      isAnswered = true;
    });

    const list = await ask(server, "GET", "/jobs");
    const cancelled = await ask(server, "POST", `/jobs/${second.id}/cancel`);
    const retried = await ask(server, "POST", `/jobs/${second.id}/retry`);
    const paused = await ask(server, "POST", "/jobs/pause?task=hold");
    await ask(server, "POST", `/jobs/${third.id}/cancel`);
    const removed = await ask(server, "DELETE", `/jobs/${third.id}`);
    const still = await ask(server, "GET", `/jobs/${first.id}`);
    // Nothing had to wait for the run, which still holds the only event loop of a worker.
    expect(still.body).toMatchObject({ state: "running", attempts: 1 });
    expect(isAnswered).toBe(false);
    folder.write({ go: "" });
    await light;

    expect(list.body.jobs.map(({ id }: ClientJob) => id)).toEqual([third.id, second.id, first.id]);
    expect(cancelled).toMatchObject({ status: 200, body: { state: "cancelled" } });
    expect(retried).toMatchObject({ status: 200, body: { state: "queued", attempts: 0 } });
    expect(paused.body).toEqual({ all: false, tasks: ["hold"] });
    expect(removed.status).toBe(204);
    expect((await ask(server, "GET", `/jobs/${third.id}`)).status).toBe(410);
  });

  test("are followed, collected and changed", async () => {
    using folder = new Folder();
    await using server = await startServer(folder, "--mode", "threads", "--cores", "1");
    const job = await submitJob(server, "primes", { limit: 1000 });
    const events = await ask(server, "GET", `/jobs/${job.id}/events`);
    expect(events.headers.get("content-type")).toBe("text/event-stream");
    expect(events.body).toMatch(/event: state\nid: \d+\ndata: .*"state":"succeeded"/);
    const result = await ask(server, "GET", `/jobs/${job.id}/result`);
    expect(result.body).toMatchObject({ count: 168 });
    // What a task has made is no page of control.
    expect(result.headers.get("content-security-policy")).toContain("sandbox");
    const { body } = await ask(server, "GET", `/jobs/${job.id}/attempts`);
    expect(body.attempts).toMatchObject([{ number: 1, outcome: "succeeded", worker: 1 }]);

    await ask(server, "POST", "/jobs/pause");
    const waiting = await submitJob(server, "primes", { limit: 10 });
    const response = await fetch(new URL(`/jobs/${waiting.id}`, server.controlUrl), {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: '{"priority":7}',
    });
    expect(await response.json()).toMatchObject({ state: "queued", priority: 7 });
    const many = await ask(server, "POST", "/jobs/cancel?state=queued");
    expect(many.body).toEqual({ changed: 1, more: false, next: null });
    expect((await ask(server, "POST", "/jobs/resume")).body).toEqual({ all: false, tasks: [] });
    const unknown = await ask(server, "POST", "/jobs/pause?task=nonesuch");
    expect(unknown).toMatchObject({ status: 404, body: { type: "/problems/not-found" } });
  });

  test("a large result comes whole", async () => {
    using folder = new Folder();
    await using server = await startServer(folder, ...tasksOf(folder));
    const [noise, text] = [
      await submitJob(server, "noise", {}),
      await submitJob(server, "text", {}),
    ];
    for (const { id } of [noise, text]) await jobTold(server, id, ({ done }) => done);
    const response = await fetch(new URL(`/jobs/${noise.id}/result`, server.controlUrl));
    expect(response.headers.get("content-type")).toBe("application/x-noise");
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(bytes.length).toBe(3_000_001);
    expect(bytes.every((byte, at) => byte === at % 251)).toBe(true);
    expect((await ask(server, "GET", `/jobs/${text.id}/result`)).body).toBe("x".repeat(300_000));
  });

  test("need the token as on the main port", async () => {
    using folder = new Folder();
    await using server = await startServer(folder, "--token", "correct-horse-battery");
    for (const path of ["/jobs", "/jobs/ID", "/jobs/ID/result", "/batches", "/schedules"]) {
      expect([path, (await ask(server, "GET", path)).status]).toEqual([path, 401]);
    }
    const Authorization = "Bearer correct-horse-battery";
    expect((await ask(server, "GET", "/jobs", { Authorization })).status).toBe(200);
    expect((await ask(server, "GET", "/stats")).status).toBe(200);
  });

  test("are off where the server takes none", async () => {
    await using server = await ServerProcess.start(["--control", "127.0.0.1:0", "--workers", "1"]);
    const { status, body } = await ask(server, "GET", "/jobs");
    expect([status, body.type]).toEqual([501, "/problems/jobs-off"]);
  });
});

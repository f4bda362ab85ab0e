import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { jobEnd, jobTold, submitJob } from "../helpers/job-client.ts";
import { LockHolder } from "../helpers/lock-holder.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
let folder: Folder;
let flags: string[];

beforeEach(() => {
  folder = new Folder();
  flags = ["--tasks", tasks, "--queue", `sqlite:${folder.file("jobs.db")}`];
});
afterEach(() => folder[Symbol.dispose]());

const start = (...more: string[]) => ServerProcess.start([...flags, ...more]);
const oneThread = ["--mode", "threads", "--threads", "1"];

/** Resolves when so many runs of `spin` have begun. */
const spinning = (server: ServerProcess, count = 1) =>
  server.printed(new RegExp(`(?:spinning[\\s\\S]*){${count}}`));

async function cancel(server: ServerProcess, id: string): Promise<number> {
  return (await server.post(`/jobs/${id}/cancel`, {})).status;
}

describe("what is killed", () => {
  test("a worker in which quick jobs wait: they have not started, so no attempt counts", async () => {
    await using server = await start("--mode", "single");
    const lengths = [...Array(200).fill(0), 2000, ...Array(30).fill(0)] as number[];
    const jobs = lengths.map((ms) => ({ task: "spin", input: { ms } }));
    const response = await server.post("/jobs", jobs);
    const accepted = ((await response.json()) as { jobs: { job: { id: string } }[] }).jobs;
    const pids = () =>
      [...server.stderr.matchAll(/spinning in (\d+)/g)].map(([, pid]) => Number(pid));
    await expect.poll(() => pids().length, { timeout: 10_000 }).toBe(201);
    process.kill(pids()[200] ?? 0, "SIGKILL");
    for (const [index, { job }] of accepted.entries()) {
      const attempts = lengths[index] === 0 ? 1 : 2;
      const ended = await whenServing(() => jobEnd(server, job.id));
      expect(ended).toMatchObject({ state: "succeeded", attempts });
    }
  });

  test("a worker each time: the job has failed after its last attempt, and the server serves", async () => {
    await using server = await start("--mode", "single");
    const { id } = await submitJob(server, "exit", { code: 1 }, { maxAttempts: 2, backoffMs: 0 });
    await server.printed(/(?:"code":1,.*\n[\s\S]*){2}/);
    const job = await whenServing(() => jobEnd(server, id));
    expect(job).toMatchObject({ state: "failed", attempts: 2, maxAttempts: 2 });
    expect(job.error?.type).toBe("/problems/worker-lost");
    const { id: next } = await submitJob(server, "double", { value: 4 });
    expect((await jobEnd(server, next)).result).toEqual({ value: 8 });
  });

  test("the whole server: what was accepted is there when it is back, and ends", async () => {
    const first = await start("--mode", "hybrid", "--cores", "2");
    const running = await submitJob(first, "spins-once", { file: folder.file("once") });
    await spinning(first);
    const waiting = [];
    for (let value = 0; value < 20; value++) {
      waiting.push(await submitJob(first, "double", { value }));
    }
    await first[Symbol.asyncDispose]();
    await using second = await start("--mode", "hybrid", "--cores", "2");
    const again = await jobEnd(second, running.id);
    // The lost attempt counts only where no other job ran at that moment.
    expect(again.state).toBe("succeeded");
    for (const [value, { id }] of waiting.entries()) {
      expect((await jobEnd(second, id)).result).toEqual({ value: 2 * value });
    }
  });

  test("the primary, while a worker of it computes on: its job waits for it, all else goes on", async () => {
    const first = await start("--workers", "2");
    const former = await submitJob(first, "spins-once", { file: folder.file("once") });
    await spinning(first);
    const [lock] = readdirSync(folder.path).filter((name) => name.includes("-workers-"));
    // Stands for the worker, which may end sooner than its run: nothing tells the two apart.
    await using worker = await LockHolder.start(folder.file(lock ?? ""));
    await first[Symbol.asyncDispose]();

    symlinkSync(folder.file("jobs.db"), folder.file("link.db"));
    const flags = ["--tasks", tasks, "--queue", `sqlite:${folder.file("link.db")}`];
    await using second = await ServerProcess.start([...flags, "--workers", "2"]);
    const run = await second.post("/tasks/double", { value: 3 });
    expect(await run.json()).toMatchObject({ result: { value: 6 } });
    const { id } = await submitJob(second, "double", { value: 4 });
    expect((await jobEnd(second, id)).result).toEqual({ value: 8 });
    await second.printed(/"warn".*"workers of a former server compute on/);
    const waiting = await second.get(`/jobs/${former.id}`);
    expect(waiting).toMatchObject({ state: "running", attempts: 1 });

    await worker.end();
    expect(await jobEnd(second, former.id)).toMatchObject({ state: "succeeded", attempts: 2 });
    await second.printed(/workers of a former server have ended/);
    second.child.kill("SIGTERM");
    expect(await second.exited).toEqual({ code: 0, signal: null });
    expect(readdirSync(folder.path).sort()).toEqual(["jobs.db", "link.db", "once"]);
  });
});

describe("a drain", () => {
  test("lets a job that runs end, and keeps the rest for the next server", async () => {
    const first = await start("--mode", "single");
    const running = await submitJob(first, "spin", { ms: 500 });
    await spinning(first);
    const { id: waiting } = await submitJob(first, "double", { value: 1 });
    first.child.kill("SIGTERM");
    expect(await first.exited).toEqual({ code: 0, signal: null });
    await using second = await start("--mode", "single");
    const ended = await jobEnd(second, running.id);
    expect(ended).toMatchObject({ state: "succeeded", attempts: 1 });
    expect(await jobEnd(second, waiting)).toMatchObject({ state: "succeeded", attempts: 1 });
  });

  test("hands back what a thread still computes at its end, and does not count it", async () => {
    const first = await start(...oneThread, "--drain-timeout", "1s");
    const { id } = await submitJob(first, "spin", {});
    await spinning(first);
    first.child.kill("SIGTERM");
    expect(await first.exited).toEqual({ code: 0, signal: null });
    expect(first.stderr).toContain("1 job has not ended and runs with the next server");
    await using second = await start(...oneThread, "--workers", "1");
    const job = await jobTold(second, id, ({ state }) => state === "running");
    expect(job.attempts).toBe(1);
    expect(await cancel(second, id)).toBe(202);
  });
});

describe("in one thread", () => {
  const own = new Folder();
  let server: ServerProcess;
  beforeAll(async () => {
    const queue = ["--tasks", tasks, "--queue", `sqlite:${own.file("jobs.db")}`];
    server = await ServerProcess.start([...queue, ...oneThread]);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    own[Symbol.dispose]();
  });

  test("a job that spins is cancelled, and its slot is free", async () => {
    const { id } = await submitJob(server, "spin", {});
    await spinning(server);
    expect(await cancel(server, id)).toBe(202);
    expect(await jobEnd(server, id)).toMatchObject({ state: "cancelled", attempts: 1 });
    const { id: next } = await submitJob(server, "double", { value: 2 });
    expect((await jobEnd(server, next)).result).toEqual({ value: 4 });
    expect(await cancel(server, id)).toBe(200);
  });

  test("a job that takes longer than its timeoutMs is ended", async () => {
    const more = { timeoutMs: 100, maxAttempts: 2, backoffMs: 0 };
    const { id } = await submitJob(server, "spin", {}, more);
    const job = await jobEnd(server, id);
    expect(job).toMatchObject({ state: "failed", attempts: 2 });
    expect(job.error).toMatchObject({
      type: "/problems/run-timeout",
      detail: expect.stringContaining("100 ms (timeoutMs)"),
    });
  });

  test("a job that ends its thread is tried again, and has then failed", async () => {
    const more = { maxAttempts: 2, backoffMs: 0 };
    const { id } = await submitJob(server, "exit", { code: 1 }, more);
    const job = await jobEnd(server, id);
    expect(job).toMatchObject({ state: "failed", attempts: 2 });
    expect(job.error?.type).toBe("/problems/run-crashed");
  });

  test("progress is told while the run computes", async () => {
    const { id } = await submitJob(server, "tells-and-spins", { ms: 2000 });
    const job = await jobTold(server, id, ({ progress }) => progress !== null);
    expect(job).toMatchObject({ state: "running", progress: { done: 0.5 } });
  });
});

describe("on the event loops of two workers", () => {
  const own = new Folder();
  let server: ServerProcess;
  beforeAll(async () => {
    const queue = ["--tasks", tasks, "--queue", `sqlite:${own.file("jobs.db")}`];
    server = await ServerProcess.start([...queue, "--workers", "2"]);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    own[Symbol.dispose]();
  });

  const spins = () =>
    [...server.stderr.matchAll(/spinning in (\d+)/g)].map(([, pid]) => Number(pid));

  test("two jobs run at a time, whoever took them in", async () => {
    const long = { task: "spin", input: { ms: 2000 } };
    // In one request: a second one might reach the worker that computes, and wait there.
    const answer = await (await server.post("/jobs", [long, long])).json();
    const { jobs: accepted } = answer as { jobs: { job: { id: string } }[] };
    const jobs = await Promise.all(accepted.map(({ job }) => jobEnd(server, job.id)));
    const [firstEnd = ""] = jobs.map(({ finishedAt }) => finishedAt ?? "").sort();
    const lastStart =
      jobs
        .map(({ startedAt }) => startedAt ?? "")
        .sort()
        .at(-1) ?? "";
    expect(lastStart).toMatch(/^\d{4}-/);
    expect(lastStart < firstEnd, `${lastStart} is before ${firstEnd}`).toBe(true);
  });

  test("progress is told while the run computes", async () => {
    const { id } = await submitJob(server, "tells-and-spins", { ms: 2000 });
    // One of two connections is with the worker that does not compute.
    const told = () => jobTold(server, id, ({ progress }) => progress !== null);
    const job = await Promise.race([told(), told()]);
    expect(job).toMatchObject({ state: "running", progress: { done: 0.5 } });
  });

  test("a running job is cancelled at its end", async () => {
    const before = spins().length;
    const { id } = await submitJob(server, "spin", { ms: 3000 });
    await spinning(server, before + 1);
    // Some of these connections are with the worker that does not compute. Its answer is the first.
    const cancels = Array.from({ length: 6 }, () => cancel(server, id));
    expect(await Promise.race(cancels)).toBe(202);
    expect(await jobEnd(server, id)).toMatchObject({ state: "cancelled" });
  });

  test("the job of a worker that is killed runs again on another, and ends once", async () => {
    const before = spins().length;
    const { id } = await submitJob(server, "spin", { ms: 1000 });
    await spinning(server, before + 1);
    process.kill(spins()[before] ?? 0, "SIGKILL");
    await spinning(server, before + 2);
    const job = await whenServing(() => jobEnd(server, id));
    expect(job).toMatchObject({ state: "succeeded", attempts: 2 });
  });
});

describe("the file", () => {
  test("is of one server: a second one is refused and leaves it alone", async () => {
    await using server = await start("--mode", "single");
    const second = ServerProcess.spawn(flags);
    expect(await second.exited).toEqual({ code: 1, signal: null });
    expect(second.stderr).toContain("in use by another server");
    expect(second.stderr).toContain(folder.file("jobs.db"));
    const { id } = await submitJob(server, "double", { value: 1 });
    expect((await jobEnd(server, id)).state).toBe("succeeded");
  });

  test("that is none of ours is refused, exit code 1, and stays as it was", async () => {
    writeFileSync(folder.file("jobs.db"), "dear diary\n".repeat(500));
    const server = ServerProcess.spawn(flags);
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.stderr).toContain("no database at all");
    expect(server.stderr).not.toContain("    at ");
    expect(readFileSync(folder.file("jobs.db"), "utf8")).toMatch(/^dear diary/);
  });

  test("in a folder that is not there is an error at the start, with both ways out", async () => {
    const path = folder.file("none/jobs.db");
    const server = ServerProcess.spawn(["--queue", `sqlite:${path}`]);
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.stderr).toContain(path);
    expect(server.stderr).toContain("--queue none");
  });

  test("that cannot grow any more: 503 on submit; reads and live runs go on", async () => {
    await using server = await ServerProcess.startLimited(
      [...flags, "--mode", "single"],
      1_000_000,
    );
    const { id } = await submitJob(server, "double", { value: 1 });
    expect((await jobEnd(server, id)).state).toBe("succeeded");
    const large = { task: "json", input: { document: "x".repeat(60_000) }, runAt: soon() };
    let response = await server.post("/jobs", large);
    for (let count = 0; count < 100 && response.status === 202; count++) {
      response = await server.post("/jobs", large);
    }
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ type: "/problems/queue-unavailable" });
    expect((await jobEnd(server, id)).result).toEqual({ value: 2 });
    const run = await server.post("/tasks/double", { value: 3 });
    expect(await run.json()).toMatchObject({ result: { value: 6 } });
    await server.printed(/the queue's file cannot be written/);
  });
});

test("a file that is deleted under the server: 503 on submit and one line; what was accepted goes on", async () => {
  await using server = await start("--mode", "single");
  const { id } = await submitJob(server, "double", { value: 1 });
  await jobEnd(server, id);
  rmSync(folder.file("jobs.db"));
  await server.printed(/jobs\.db was deleted or moved while the server runs/);
  const response = await server.post("/jobs", { task: "double", input: { value: 2 } });
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ type: "/problems/queue-unavailable" });
  expect((await jobEnd(server, id)).result).toEqual({ value: 2 });
  const run = await server.post("/tasks/double", { value: 3 });
  expect(await run.json()).toMatchObject({ result: { value: 6 } });
  server.child.kill("SIGTERM");
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.log.filter(({ level }) => level === "error")).toHaveLength(1);
});

const soon = () => new Date(Date.now() + 3_600_000).toISOString();

/** Asks again while the only worker is being replaced. */
async function whenServing<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
}

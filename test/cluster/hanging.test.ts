import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { jobEnd, submitJob } from "../helpers/job-client.ts";
import { retried } from "../helpers/retried.ts";
import { alive, gone, ServerProcess } from "../helpers/server-process.ts";

const fixture = (name: string) => new URL(`../fixtures/${name}.ts`, import.meta.url).pathname;
const tasks = ["--tasks", fixture("tasks"), "--tasks", fixture("attempts")];
const short = ["--run-timeout", "1s", "--hang-timeout", "500ms", ...tasks];

/** Takes a thread of this machine a quarter of an hour and more. */
const endless = { iterations: 2 ** 31 - 1 };

let folder: Folder;
let queue: string[];
beforeEach(() => {
  folder = new Folder();
  queue = ["--queue", `sqlite:${folder.file("jobs.db")}`];
});
afterEach(() => folder[Symbol.dispose]());

/** Resolves when so many runs have begun. */
const begun = (server: ServerProcess, count = 1) =>
  server.printed(new RegExp(`(?:(?:spinning|begun) in[\\s\\S]*){${count}}`));

/** What ended workers are told to have ended of. */
const reasons = ({ log }: ServerProcess) =>
  log.flatMap(({ msg }) => /ended \(SIGKILL\): (.*)/.exec(String(msg))?.[1] ?? []);

/** Asks until somebody answers. */
const ask = <Body>(server: ServerProcess, path: string) =>
  retried(server, () => server.get<Body>(path));

interface Readiness {
  readonly status: string;
  readonly workers: { readonly ready: number; readonly total: number };
}

describe("a run that never ends on the event loop", () => {
  test("is ended with its worker: every worker can be lost to one and the server serves on", async () => {
    await using server = await ServerProcess.start(["--workers", "2", ...short]);
    expect(await server.get("/readyz")).toMatchObject({ workers: { ready: 2, total: 2 } });
    const lost = [1, 2].map(() => server.post("/tasks/spin", {}).catch(() => "closed"));
    await begun(server, 2);
    expect(await Promise.all(lost)).toEqual(["closed", "closed"]);
    expect(await ask(server, "/livez")).toMatchObject({ status: "alive" });
    let readiness = await ask<Readiness>(server, "/readyz");
    while (readiness.workers.ready < 2) readiness = await ask<Readiness>(server, "/readyz");
    const held = /^its event loop did not turn for .* s, held by a run of spin \(--hang-timeout\)$/;
    expect(reasons(server)).toEqual([expect.stringMatching(held), expect.stringMatching(held)]);
    // A drain does not wait for it either: `--drain-timeout` is 40 s.
    void server.post("/tasks/spin", {}).catch(() => {});
    await begun(server, 3);
    server.child.kill("SIGTERM");
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(reasons(server)).toHaveLength(3);
    expect(server.stderr).not.toContain("drain timeout");
  });

  test("of a job is an attempt that took too long, and is told as such", async () => {
    const flags = ["--workers", "2", "--hang-timeout", "500ms", ...tasks, ...queue];
    await using server = await ServerProcess.start(flags);
    // Later, so that both are accepted and answered before they hold the loops.
    const runAt = new Date(Date.now() + 1500).toISOString();
    const more = { timeoutMs: 1000, maxAttempts: 1, runAt };
    const first = await submitJob(server, "spin", {}, more);
    const second = await submitJob(server, "spin", {}, more);
    for (const { id } of [first, second]) {
      const job = await retried(server, () => jobEnd(server, id));
      expect(job).toMatchObject({ state: "failed", attempts: 1 });
      expect(job.error).toMatchObject({
        type: "/problems/run-timeout",
        detail: expect.stringContaining("1000 ms (timeoutMs)"),
      });
    }
    expect(reasons(server)).toEqual(
      [first, second].map(() => expect.stringMatching(/of spin \(job /)),
    );
  });

  test("where it is the writing of a result, the attempt has failed, and the log names the task", async () => {
    const flags = ["--mode", "single", ...short, ...queue];
    await using server = await ServerProcess.start(flags);
    const more = { timeoutMs: 1000, maxAttempts: 1 };
    const { id } = await submitJob(server, "spin", { ms: 0, writeMs: 3_600_000 }, more);
    const job = await retried(server, () => jobEnd(server, id));
    expect(job).toMatchObject({ state: "failed", attempts: 1 });
    expect(job.error).toMatchObject({
      type: "/problems/run-timeout",
      detail: expect.stringMatching(/^The writing of a result of spin held the event loop/),
    });
    expect(reasons(server)).toEqual([
      expect.stringMatching(/held by the writing of a result of spin \(job /),
    ]);
  });

  test("is told from the asynchronous runs beside it: their time does not count, nor their attempts", async () => {
    const flags = ["--mode", "libuv", "--threads", "2", "--hang-timeout", "500ms"];
    await using server = await ServerProcess.start([...flags, ...tasks, ...queue]);
    const beside = await submitJob(server, "paused", { ms: 4000 }, { timeoutMs: 600_000 });
    await begun(server);
    const { id } = await submitJob(server, "spin", {}, { timeoutMs: 1000, maxAttempts: 1 });
    const job = await retried(server, () => jobEnd(server, id));
    expect(job).toMatchObject({ state: "failed", attempts: 1 });
    expect(reasons(server)).toEqual([
      expect.stringMatching(/held by a run of spin \(job \S+\) \(/),
    ]);
    const innocent = await retried(server, () => jobEnd(server, beside.id));
    expect(innocent).toMatchObject({ state: "succeeded", attempts: 1 });
  });
});

test("a worker that is busy inside its deadlines, or stopped, is left alone", async () => {
  const flags = ["--mode", "single", "--run-timeout", "1s", "--hang-timeout", "100ms"];
  flags.push(...tasks, ...queue);
  await using server = await ServerProcess.start(flags);
  const [worker = 0] = await server.workers();
  // Longer than anything but a job may take, and then a result that takes a while to write.
  const { id } = await submitJob(server, "spin", { ms: 5500, writeMs: 400 }, { timeoutMs: 60_000 });
  const job = await retried(server, () => jobEnd(server, id));
  expect(job).toMatchObject({ state: "succeeded", attempts: 1 });
  // A check of an input that takes longer than a run may: no run is to blame.
  expect((await server.post("/tasks/spin", { ms: 0, checkMs: 1600 })).status).toBe(200);
  // Many short runs, and never a pause between them.
  const client = async () => {
    for (let time = 0; time < 15; time++) {
      expect((await server.post("/tasks/spin", { ms: 30 })).status).toBe(200);
    }
  };
  await Promise.all([client(), client(), client(), client()]);
  // Stopped in the middle of a run, for longer than the run may take.
  const before = server.stderr.length;
  const late = await submitJob(server, "spin", { ms: 500 }, { timeoutMs: 1000, maxAttempts: 1 });
  await vi.waitUntil(() => server.stderr.slice(before).includes("spinning in"), 30_000);
  process.kill(worker, "SIGSTOP");
  await pause(1500);
  process.kill(worker, "SIGCONT");
  expect(await jobEnd(server, late.id)).toMatchObject({ state: "failed", attempts: 1 });
  expect(await server.get("/livez")).toMatchObject({ pid: worker });
  expect(reasons(server)).toEqual([]);
});

describe("when the primary is killed", () => {
  test.each([
    ["round-robin", ["--mode", "single", "--balance", "round-robin"], "spin", {}],
    ["os", ["--mode", "single", "--balance", "os"], "spin", {}],
    ["reuse-port", ["--mode", "single", "--balance", "reuse-port"], "spin", {}],
    ["a thread in native code", ["--mode", "threads", "--threads", "1"], "native", endless],
  ])(
    "workers in endless runs end within moments, and the port is free: %s",
    async (_, flags, task, input) => {
      const server = await ServerProcess.start([...flags, ...tasks]);
      const port = Number(new URL(server.url).port);
      const workers = await server.workers();
      void server.post(`/tasks/${task}`, input).catch(() => {});
      await begun(server);
      server.child.kill("SIGKILL");
      for (const pid of workers) await gone(pid);
      await server.exited;
      const next = createServer().listen(port, "127.0.0.1");
      await once(next, "listening");
      next.close();
    },
  );
});

describe("a thread that does not end when it is told to", () => {
  const threads = ["--mode", "threads", "--threads", "2", ...short];

  test("of a client's run: answered at the deadline, and ended with its worker", async () => {
    await using server = await ServerProcess.start([...threads]);
    const [worker = 0] = await server.workers();
    const response = await server.post("/tasks/native", endless);
    expect(response.status).toBe(504);
    await server.printed(/ended \(SIGKILL\)/);
    expect(reasons(server)).toEqual([
      expect.stringMatching(/^The run of native in threads has not ended .*--hang-timeout/),
    ]);
    expect(await alive(worker)).toBe(false);
    expect(await ask(server, "/livez")).toMatchObject({ status: "alive" });
  });

  test("does not hold up the exit of its worker for longer than that", async () => {
    const flags = [...threads, "--run-timeout", "10m"];
    await using server = await ServerProcess.start(flags);
    const [worker = 0] = await server.workers();
    const lost = [server.post("/tasks/native", endless)];
    await begun(server);
    lost.push(server.post("/tasks/exit?executor=inline", { code: 7 }));
    await Promise.allSettled(lost);
    // Its watchdog saw it, or was itself waited for: then the primary did.
    await gone(worker);
  });

  test("of a job: the attempt took too long once the process is gone; a neighbour's does not count", async () => {
    await using server = await ServerProcess.start([...threads, ...queue]);
    const native = { timeoutMs: 300, maxAttempts: 1 };
    const beside = await submitJob(server, "paused", { ms: 4000 });
    const { id } = await submitJob(server, "native", endless, native);
    const job = await retried(server, () => jobEnd(server, id));
    expect(job).toMatchObject({ state: "failed", attempts: 1 });
    expect(job.error?.type).toBe("/problems/run-timeout");
    expect(reasons(server)).toHaveLength(1);
    const innocent = await retried(server, () => jobEnd(server, beside.id));
    expect(innocent).toMatchObject({ state: "succeeded", attempts: 1 });
  });
});

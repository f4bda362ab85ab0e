/** `GET /events` of a real server: what somebody who watches it sees. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { SeenGroup } from "../../src/telemetry/watch/seen.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";
import { Watching } from "../helpers/watching.ts";

const tasks = new URL("../fixtures/holding-task.ts", import.meta.url).pathname;

const endings = new URL("../fixtures/endings.ts", import.meta.url).pathname;

const start = (...flags: string[]) =>
  ServerProcess.start(["--control", "0", "--tasks", tasks, "--run-timeout", "5m", ...flags]);

/** A short run, of another task than those that a test looks at. */
const runIn = (server: ServerProcess) => () => server.post("/tasks/primes", { limit: 10 });

const isOf = (task: string) => (run: { readonly task: string }) => run.task === task;

const countRuns = (groups: readonly SeenGroup[]) =>
  groups.reduce((sum, { count }) => sum + count, 0);

test("a run is seen while it holds its event loop, and once more when it has ended", async () => {
  using folder = new Folder();
  await using server = await start("--mode", "cluster", "--cores", "1");
  await using watching = await Watching.open(server.controlUrl);
  expect(watching.start.server).toMatchObject({
    ...{ pid: server.child.pid, mode: "cluster", executor: "inline" },
    ...{ url: server.url, hasJobs: false },
  });
  await watching.whenTold(runIn(server));
  const held = () => watching.runs.filter(isOf("hold"));
  const run = server.post("/tasks/hold", { until: folder.file("done") });
  await watching.when(() => held().length > 0);
  const [begun] = held();
  expect(begun).toMatchObject({
    ...{
      run: expect.any(Number),
      row: 0,
      thread: null,
      task: "hold",
      lane: "live",
      executor: "inline",
    },
    ...{ job: null, attempt: null, isBorrowed: false },
    ...{ endedAt: null, cpuMs: null, outcome: null },
  });
  folder.write({ done: "" });
  expect((await run).status).toBe(200);
  await watching.when(() => held().length > 1);
  const ended = held()[1];
  expect(ended).toEqual({
    ...begun,
    endedAt: expect.any(Number),
    cpuMs: expect.any(Number),
    outcome: "succeeded",
  });
  expect(ended?.endedAt).toBeGreaterThan(Number(begun?.startedAt));
});

test("nothing is recorded before somebody watches, and a late comer sees what was", async () => {
  await using server = await start("--mode", "cluster", "--cores", "1");
  for (let run = 0; run < 3; run++) await runIn(server)();
  await using first = await Watching.open(server.controlUrl);
  expect(await first.whenTold(runIn(server))).toBe(1);
  await first.when(() => first.figures.length > 1);
  await using late = await Watching.open(server.controlUrl);
  const names = late.start.history.map(({ event }) => event);
  expect(new Set(names)).toEqual(new Set(["runs", "figures", "mark"]));
  const marks = late.start.history.filter(({ event }) => event === "mark");
  expect(marks.map(({ data }) => data)).toMatchObject([
    { kind: "forked", worker: 1 },
    { kind: "ready", worker: 1 },
  ]);
});

test("where many runs end, they are told as groups, and each is counted once", async () => {
  using folder = new Folder();
  await using server = await start("--mode", "cluster", "--cores", "1", "--max-pending", "1000");
  await using watching = await Watching.open(server.controlUrl);
  await watching.whenTold(runIn(server));
  // While the loop is held, the others arrive. Then they run one right after the other.
  const hold = server.post("/tasks/hold", { until: folder.file("done") });
  await watching.when(() => watching.runs.some(isOf("hold")));
  const others = Array.from({ length: 300 }, () => server.get("/hash?iterations=1"));
  await pause(200); // It is enough if some have arrived by then.
  folder.write({ done: "" });
  await Promise.all([hold, ...others]);
  const groups = () => watching.told.flatMap((told) => told.groups).filter(isOf("hash"));
  const single = () => watching.runs.filter(isOf("hash")).filter(({ endedAt }) => endedAt !== null);
  await watching.when(() => single().length + countRuns(groups()) === 300);
  expect(groups().length).toBeGreaterThan(0);
  for (const { from, to, busyMs, longestMs, count, failed, row } of groups()) {
    expect([row, failed]).toEqual([0, 0]);
    expect(count).toBeGreaterThan(0);
    expect(busyMs).toBeLessThanOrEqual(to - from + 0.1);
    expect(longestMs).toBeLessThanOrEqual(busyMs + 0.1);
  }
});

test("a job has its id and its attempt, and runs in threads have rows", async () => {
  using folder = new Folder();
  const queue = `sqlite:${folder.file("jobs.db")}`;
  const mode = ["--mode", "threads", "--cores", "2"];
  await using server = await start(...mode, "--queue", queue);
  await using watching = await Watching.open(server.controlUrl);
  expect(watching.start.server.hasJobs).toBe(true);
  await watching.whenTold(runIn(server));
  const input = { until: folder.file("done") };
  const submitted = await server.post("/jobs", { task: "hold", input });
  const { id } = (await submitted.json()) as { id: string };
  const live = server.post("/tasks/hold", input);
  const held = () => watching.runs.filter(isOf("hold"));
  await watching.when(() => held().length > 1);
  folder.write({ done: "" });
  await live;
  await watching.when(() => held().length > 3);
  const ended = held().filter(({ endedAt }) => endedAt !== null);
  expect(new Set(ended.map(({ row }) => row))).toEqual(new Set([0, 1]));
  const job = ended.find(({ lane }) => lane === "jobs");
  expect(job).toMatchObject({ job: id, attempt: 1, outcome: "succeeded", executor: "threads" });
  expect(job?.thread).toEqual(expect.any(Number));
  await watching.when(() => watching.figures.at(-1)?.jobs?.running === 0);
});

test("marks tell of a worker that is killed, of its successor, and of a reload", async () => {
  await using server = await start("--mode", "cluster", "--cores", "1");
  await using watching = await Watching.open(server.controlUrl);
  const [victim = 0] = await server.workers();
  process.kill(victim, "SIGKILL");
  const kinds = () => watching.marks.map(({ kind, reason }) => [kind, reason]);
  await watching.when(() => watching.marks.some(({ kind }) => kind === "ready"));
  expect(kinds()).toEqual([
    ["ended", "crashed"],
    ["forked", null],
    ["ready", null],
  ]);
  expect(watching.marks[0]?.life).not.toBe(watching.marks[1]?.life);
  const before = watching.marks.length;
  const reload = await fetch(`${server.controlUrl}/reload`, { method: "POST" });
  expect(reload.status).toBe(200);
  await watching.when(() => watching.marks.some(({ reason }) => reason === "reloaded"));
  expect(kinds().slice(before).toSorted()).toEqual([
    ["ended", "reloaded"],
    ["forked", null],
    ["ready", null],
    ["reload", null],
    ["reloaded", null],
  ]);
  // The new one is watched, too.
  const life = watching.marks.findLast(({ kind }) => kind === "ready")?.life;
  const isSeen = async () => {
    await runIn(server)();
    return watching.told.some((told) => told.life === life);
  };
  await expect.poll(isSeen, { timeout: 60_000 }).toBe(true);
});

test("the end of a thread is a mark of its worker", async () => {
  const mode = ["--mode", "threads", "--cores", "1"];
  await using server = await start(...mode, "--tasks", endings);
  await using watching = await Watching.open(server.controlUrl);
  await watching.whenTold(runIn(server));
  const failed = await server.post("/tasks/last-words", { lines: 0, end: "exit" });
  expect(failed.status).toBe(500);
  await watching.when(() => watching.marks.length > 0);
  expect(watching.marks).toMatchObject([{ kind: "thread-ended", worker: 1, reason: "crashed" }]);
  await watching.when(() => watching.runs.some(({ outcome }) => outcome === "run-crashed"));
});

import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { LaneName } from "../../src/compute/admission.ts";
import {
  Dispatcher,
  type DispatcherOptions,
  type RunRequest,
} from "../../src/compute/dispatcher.ts";
import type { Executor, Ran, RunEvents } from "../../src/compute/executor.ts";
import { AppError, UnendedRun } from "../../src/errors.ts";
import { defineTask } from "../../src/tasks/define.ts";
import type { Task } from "../../src/tasks/task.ts";
import { type RunEnded, type RunStarted, Telemetry } from "../../src/telemetry/events.ts";
import { ManualClock } from "../helpers/manual-clock.ts";

const task = defineTask({
  name: "named",
  description: "Stands for any task.",
  input: z.string(),
  example: "a",
  run: (input) => input,
}) as Task;

/** An executor whose runs end when the test wants. */
class HeldExecutor implements Executor {
  readonly name = "threads";
  readonly canInterrupt: boolean = true;
  readonly sharesLoop: boolean = false;
  readonly started: unknown[] = [];
  readonly aborted: unknown[] = [];
  readonly #ends = new Map<unknown, PromiseWithResolvers<Ran>>();

  refusal(): undefined {}

  async run(_task: Task, input: unknown, signal: AbortSignal, events: RunEvents): Promise<Ran> {
    events.onStart();
    if (this.sharesLoop) events.onReturn?.(true);
    this.started.push(input);
    signal.addEventListener("abort", () => this.aborted.push(input));
    const end = Promise.withResolvers<Ran>();
    this.#ends.set(input, end);
    return end.promise;
  }

  end(input: unknown, ranMs = 1): void {
    this.#ends.get(input)?.resolve({ result: input, ranMs, cpuMs: ranMs, thread: 7 });
  }

  fail(input: unknown, error: Error): void {
    this.#ends.get(input)?.reject(error);
  }

  async close(): Promise<void> {}
}

let clock: ManualClock;
let executor: HeldExecutor;
let dispatcher: Dispatcher;
let telemetry: Telemetry;

function create(options: Partial<DispatcherOptions> = {}): void {
  clock = new ManualClock();
  executor = new HeldExecutor();
  telemetry = new Telemetry();
  dispatcher = new Dispatcher({
    slots: 1,
    maxPending: 10,
    queueTimeoutMs: 1000,
    runTimeoutMs: 500,
    hangTimeoutMs: 100,
    clock,
    telemetry,
    ...options,
  });
}

interface Settled {
  readonly value?: unknown;
  readonly error?: unknown;
}

/** Submits a run and catches its error, so that no rejection is unhandled. */
function submit(input: string, lane: LaneName = "live", signal = new AbortController().signal) {
  const promise = dispatcher.run({ task, input, executor, lane, signal }).then(
    (value): Settled => ({ value }),
    (error: unknown): Settled => ({ error }),
  );
  return promise;
}

/** Resolves when nothing runs, and so nothing waits. */
async function idle(): Promise<void> {
  while (dispatcher.running > 0) await once(telemetry, "run.ended");
}

/** Lets pending promises settle. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

beforeEach(() => create());

afterEach(() => {
  expect(clock.pending, "timers left behind").toBe(0);
});

test("tells how long a run waited, ran and what it cost", async () => {
  const first = submit("a");
  const second = submit("b");
  await settle();
  clock.advance(40);
  executor.end("a", 40);
  await settle();
  clock.advance(10);
  executor.end("b", 10);
  expect(await first).toMatchObject({ value: { result: "a", queuedMs: 0, ranMs: 40, cpuMs: 40 } });
  expect(await second).toMatchObject({
    value: { result: "b", queuedMs: 40, ranMs: 10, executor: "threads", thread: 7 },
  });
});

test("never has more runs with the executor than slots", async () => {
  create({ slots: 2 });
  const all = ["a", "b", "c", "d"].map((input) => submit(input));
  await settle();
  expect(executor.started).toEqual(["a", "b"]);
  expect(dispatcher.waiting).toBe(2);
  executor.end("b");
  await settle();
  expect(executor.started).toEqual(["a", "b", "c"]);
  for (const input of ["a", "c"]) executor.end(input);
  await settle();
  executor.end("d");
  await Promise.all(all);
  expect(dispatcher.running).toBe(0);
});

test("takes live runs before jobs, each lane in order of arrival", async () => {
  const order = ["running", "job-1", "job-2"].map((input) => submit(input, "jobs"));
  order.push(submit("live-1"), submit("live-2"));
  for (const input of ["running", "live-1", "live-2", "job-1", "job-2"]) {
    await settle();
    executor.end(input);
  }
  await Promise.all(order);
  expect(executor.started).toEqual(["running", "live-1", "live-2", "job-1", "job-2"]);
});

test("a full queue answers overloaded, with Retry-After from the measured rate", async () => {
  create({ maxPending: 3, queueTimeoutMs: 60_000, runTimeoutMs: 60_000 });
  const measured = submit("measured");
  await settle();
  clock.advance(2000);
  executor.end("measured");
  await measured;

  const accepted = ["a", "b", "c", "d"].map((input) => submit(input));
  await settle();
  const { error } = await submit("e");
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ type: "overloaded", status: 503, headers: { "Retry-After": "8" } });
  expect((error as AppError).detail).toContain("--max-pending");
  for (const input of ["a", "b", "c", "d"]) {
    await settle();
    executor.end(input);
  }
  await Promise.all(accepted);
});

test("with --max-pending 0 no run waits", async () => {
  create({ maxPending: 0 });
  const running = submit("a");
  expect(await submit("b")).toMatchObject({ error: { type: "overloaded" } });
  executor.end("a");
  await running;
});

test("a run that waited too long gets an error and never starts", async () => {
  create({ runTimeoutMs: 10_000 });
  const running = submit("a");
  const waiting = submit("b");
  await settle();
  clock.advance(1000);
  expect(await waiting).toMatchObject({ error: { type: "queue-timeout", status: 503 } });
  expect(dispatcher.waiting).toBe(0);
  executor.end("a");
  await running;
  await idle();
  expect(executor.started).toEqual(["a"]);
});

test("the waiting run of a client that leaves is dropped", async () => {
  const running = submit("a");
  const client = new AbortController();
  const waiting = submit("b", "live", client.signal);
  const behind = submit("c");
  client.abort(new Error("gone"));
  expect(await waiting).toMatchObject({ error: { message: "gone" } });
  await settle();
  executor.end("a");
  await settle();
  executor.end("c");
  await Promise.all([running, behind]);
  expect(executor.started).toEqual(["a", "c"]);
});

test("a client that has left before starts nothing", async () => {
  const { error } = await submit("a", "live", AbortSignal.abort(new Error("gone")));
  expect(error).toMatchObject({ message: "gone" });
  expect(executor.started).toEqual([]);
  expect(dispatcher.running).toBe(0);
});

test("a client that leaves between the slot and the start of its run starts nothing", async () => {
  const client = new AbortController();
  const run = submit("a", "live", client.signal);
  client.abort(new Error("gone"));
  expect(await run).toMatchObject({ error: { message: "gone" } });
  await idle();
  expect(executor.started).toEqual([]);
});

test("the run deadline counts from the start and aborts the executor", async () => {
  const running = submit("a");
  const waiting = submit("b");
  await settle();
  clock.advance(499);
  expect(executor.aborted).toEqual([]);
  clock.advance(1);
  expect(await running).toMatchObject({ error: { type: "run-timeout", status: 504 } });
  expect(executor.aborted).toEqual(["a"]);
  expect(executor.started, "the slot is taken until the work has really ended").toEqual(["a"]);
  executor.fail("a", new Error("aborted"));
  await settle();
  clock.advance(400);
  executor.end("b");
  expect(await waiting).toMatchObject({ value: { result: "b", queuedMs: 500 } });
});

test("on the event loop the deadline counts from the start, too", async () => {
  Object.assign(executor, { sharesLoop: true });
  const run = submit("a");
  await settle();
  clock.advance(500);
  expect(await run).toMatchObject({ error: { type: "run-timeout" } });
  expect(executor.aborted).toEqual(["a"]);
  executor.end("a", 500);
  await settle();
});

test("a run that blocked the loop past its deadline fails afterwards", async () => {
  const run = submit("a");
  await settle();
  executor.end("a", 501);
  const detail = expect.stringContaining("Ask for less work, or raise --run-timeout.");
  expect(await run).toMatchObject({ error: { type: "run-timeout", detail } });
});

test("a failed run frees its slot", async () => {
  const failing = submit("a");
  const next = submit("b");
  await settle();
  executor.fail("a", new Error("broken"));
  expect(await failing).toMatchObject({ error: { message: "broken" } });
  await settle();
  executor.end("b");
  expect(await next).toMatchObject({ value: { result: "b" } });
});

test("after close, waiting and new runs are refused, and running ones end", async () => {
  const running = submit("a");
  const waiting = submit("b");
  await settle();
  dispatcher.close();
  expect(await waiting).toMatchObject({ error: { type: "draining", status: 503 } });
  expect(await submit("c")).toMatchObject({ error: { type: "draining" } });
  executor.end("a");
  expect(await running).toMatchObject({ value: { result: "a" } });
  await idle();
});

test("every change of room is reported: free slots minus waiting runs", async () => {
  const told: number[] = [];
  create({ slots: 2, onRoom: (room) => told.push(room) });
  expect(dispatcher.room).toBe(2);
  const runs = ["a", "b", "c"].map((input) => submit(input));
  await settle();
  expect(told).toEqual([1, 0]);
  for (const input of ["a", "b"]) executor.end(input);
  await settle();
  executor.end("c");
  await Promise.all(runs);
  expect(told).toEqual([1, 0, 1, 2]);
  dispatcher.close();
  expect(told.at(-1)).toBe(0);
  expect(dispatcher.room).toBe(0);
});

test("a run may have its own deadline, which the error names", async () => {
  const signal = new AbortController().signal;
  const run = dispatcher.run({
    ...{ task, input: "a", executor, lane: "jobs", signal, runTimeoutMs: 50 },
  });
  const failed = run.catch((error: unknown) => error);
  await settle();
  clock.advance(50);
  expect(await failed).toMatchObject({ type: "run-timeout", message: /50 ms \(timeoutMs\)/ });
  expect(executor.aborted).toEqual(["a"]);
  executor.end("a");
  await settle();
});

test("a stop ends a run that computes; a client that leaves does not", async () => {
  const stop = new AbortController();
  const gone = new AbortController();
  const run = dispatcher.run({
    ...{ task, input: "a", executor, lane: "jobs", signal: gone.signal, stop: stop.signal },
  });
  await settle();
  gone.abort(new Error("gone"));
  expect(executor.aborted).toEqual([]);
  stop.abort(new Error("stop"));
  expect(executor.aborted).toEqual(["a"]);
  executor.fail("a", new Error("stop"));
  await expect(run).rejects.toThrow("stop");
});

/** Submits an attempt of a job. */
function submitAttempt(input: string, more: Partial<RunRequest> = {}) {
  const signal = more.stop ?? new AbortController().signal;
  const request = {
    task,
    input,
    executor,
    lane: "jobs",
    signal,
    attempt: { id: "id", token: 1 },
  } as const;
  return dispatcher.run({ ...request, ...more }).then(
    (value): Settled => ({ value }),
    (error: unknown): Settled => ({ error }),
  );
}

/** Resolves with whether the promise has settled by now. */
const isSettled = (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), settle().then(() => false)]);

test.each([true, false])(
  "an attempt ends when its run has ended, not at its deadline (canInterrupt: %s)",
  async (canInterrupt) => {
    Object.assign(executor, { canInterrupt });
    const attempt = submitAttempt("a", { runTimeoutMs: 50 });
    await settle();
    clock.advance(60);
    expect(executor.aborted).toEqual(canInterrupt ? ["a"] : []);
    expect(await isSettled(attempt)).toBe(false);
    executor.end("a", 60);
    expect(await attempt).toMatchObject({ error: { type: "run-timeout" } });
    expect(dispatcher.running).toBe(0);
  },
);

test("an attempt that fails after its deadline fails because of the deadline", async () => {
  Object.assign(executor, { canInterrupt: false });
  const attempt = submitAttempt("a", { runTimeoutMs: 50 });
  await settle();
  clock.advance(60);
  executor.fail("a", new Error("its own"));
  expect(await attempt).toMatchObject({ error: { type: "run-timeout" } });
});

test("a run that goes on is reported and keeps its slot, and its attempt ends", async () => {
  const hung: string[] = [];
  create({ onHung: (message) => hung.push(message) });
  const attempt = submitAttempt("a", { runTimeoutMs: 50 });
  await settle();
  clock.advance(50 + 99);
  expect(hung).toEqual([]);
  clock.advance(1);
  expect(hung).toEqual([expect.stringContaining("The run of named in threads has not ended")]);
  const { error } = await attempt;
  expect(error).toBeInstanceOf(UnendedRun);
  expect(error).toMatchObject({ reason: { type: "run-timeout" } });
  expect(dispatcher.running).toBe(1);
  executor.end("a");
  await idle();
});

test("a live run is answered at its deadline, and counts as hung later", async () => {
  const hung: string[] = [];
  create({ onHung: (message) => hung.push(message) });
  const live = submit("a");
  await settle();
  clock.advance(500);
  expect(await live).toMatchObject({ error: { type: "run-timeout" } });
  clock.advance(100);
  expect(hung).toHaveLength(1);
  executor.end("a");
  await idle();
});

test.each([true, false])(
  "a cancelled run may go on until its deadline and --hang-timeout (canInterrupt: %s)",
  async (canInterrupt) => {
    const hung: string[] = [];
    create({ onHung: (message) => hung.push(message) });
    Object.assign(executor, { canInterrupt });
    const stop = new AbortController();
    const attempt = submitAttempt("a", { stop: stop.signal });
    await settle();
    stop.abort(new Error("cancelled"));
    expect(executor.aborted).toEqual(canInterrupt ? ["a"] : []);
    clock.advance(599);
    expect([hung, await isSettled(attempt)]).toEqual([[], false]);
    clock.advance(1);
    const times = "within its time of 500 ms and 100 ms more";
    expect(hung).toEqual([expect.stringContaining(times)]);
    expect(await attempt).toMatchObject({ error: expect.any(UnendedRun) });
    executor.end("a");
    await idle();
  },
);

test("the end of each run is an event, with its times and its outcome", async () => {
  const ended: unknown[] = [];
  telemetry.on("run.ended", (run) => ended.push(run));
  const first = submit("a");
  const second = submit("b");
  await settle();
  clock.advance(40);
  executor.end("a", 40);
  await settle();
  clock.advance(7);
  executor.fail("b", new AppError("task-failed", "It failed."));
  await Promise.all([first, second]);
  const of = { task: "named", lane: "live", executor: "threads", isBorrowed: false };
  const run = expect.objectContaining({ job: undefined, attempt: undefined });
  expect(ended).toEqual([
    {
      ...{ ...of, run, queuedMs: 0, heldMs: 40, ranMs: 40, cpuMs: 40, thread: 7 },
      outcome: "succeeded",
    },
    {
      ...{ ...of, run, queuedMs: 40, heldMs: 7, ranMs: 7, cpuMs: null, thread: null },
      outcome: "task-failed",
    },
  ]);
});

test("the start of each run is an event, of the same run as its end", async () => {
  const started: RunStarted[] = [];
  const ended: RunEnded[] = [];
  telemetry.on("run.started", (run) => started.push(run));
  telemetry.on("run.ended", (run) => ended.push(run));
  const first = submit("a");
  const second = submit("b");
  await settle();
  expect(started).toHaveLength(1);
  clock.advance(40);
  executor.end("a", 40);
  await settle();
  executor.end("b", 0);
  await Promise.all([first, second]);
  const of = { task: "named", lane: "live", executor: "threads", isBorrowed: false };
  expect(started).toMatchObject([
    { ...of, queuedMs: 0, sharesLoop: false },
    { ...of, queuedMs: 40, sharesLoop: false },
  ]);
  expect(started.map(({ run }) => run)).toEqual(ended.map(({ run }) => run));
  expect(started[0]?.run).not.toBe(started[1]?.run);
});

test("a run that an attempt of a job is says so at its start", async () => {
  const started: RunStarted[] = [];
  telemetry.on("run.started", (run) => started.push(run));
  const attempt = { id: "job-1", token: 5 };
  const signal = new AbortController().signal;
  const of = { task, input: "a", executor, lane: "jobs", signal } as const;
  const run = dispatcher.run({ ...of, attempt, attemptNumber: 2 });
  await settle();
  executor.end("a");
  await run;
  expect(started[0]?.run).toMatchObject({ job: "job-1", attempt: 2 });
});

test("a run that never started has ended without a time", async () => {
  const ended: RunEnded[] = [];
  const started: RunStarted[] = [];
  telemetry.on("run.started", (run) => started.push(run));
  telemetry.on("run.ended", (run) => ended.push(run));
  const client = new AbortController();
  const run = submit("a", "live", client.signal);
  client.abort(new Error("gone")); // It has its slot by now.
  await run;
  expect(started).toEqual([]);
  expect(ended).toMatchObject([{ ranMs: null, outcome: "cancelled" }]);
});

test("the event of a run comes when it has ended, not when its client is answered", async () => {
  const ended: unknown[] = [];
  telemetry.on("run.ended", (run) => ended.push(run));
  const run = submit("a");
  await settle();
  clock.advance(500);
  await run;
  expect(ended).toEqual([]);
  clock.advance(10);
  executor.end("a", 510);
  await settle();
  expect(ended).toMatchObject([{ heldMs: 510, cpuMs: 510, outcome: "run-timeout" }]);
});

test("a run without a slot is a refused event, with its outcome", async () => {
  const refused: unknown[] = [];
  telemetry.on("run.refused", (run) => refused.push(run));
  create({ maxPending: 1, telemetry });
  const running = submit("a");
  const client = new AbortController();
  const waiting = submit("b", "live", client.signal);
  await submit("c", "jobs");
  client.abort(new Error("gone"));
  await waiting;
  executor.end("a");
  await running;
  expect(refused).toEqual([
    { task: "named", lane: "jobs", executor: "threads", outcome: "overloaded" },
    { task: "named", lane: "live", executor: "threads", outcome: "cancelled" },
  ]);
});

test("runs that may hold the event loop are watched, with their deadlines", async () => {
  const watched: unknown[] = [];
  const watch = {
    enter: (...run: unknown[]) => watched.push(run),
    returned: () => void watched.push("returned"),
    leave: (place: number) => void watched.push(`left ${place}`),
  };
  create({ watch });
  const unwatched = submit("a");
  await settle();
  executor.end("a");
  await unwatched;
  expect(watched).toEqual([]);
  Object.assign(executor, { sharesLoop: true });
  clock.advance(7);
  const live = submit("b");
  await settle();
  executor.end("b");
  await live;
  const attempt = submitAttempt("c", { runTimeoutMs: 50 });
  await settle();
  executor.fail("c", new Error("broken"));
  await attempt;
  expect(watched).toEqual([
    [507, "named", undefined],
    "returned",
    "left 1",
    [57, "named", { id: "id", token: 1 }],
    "returned",
    "left 4",
  ]);
});

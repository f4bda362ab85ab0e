/** What a task hears by `context.signal`, through the dispatcher and the executors on the event loop. */
import { beforeEach, expect, test } from "vitest";
import { Dispatcher, type RunRequest } from "../../src/compute/dispatcher.ts";
import { InlineExecutor } from "../../src/compute/executors/inline.ts";
import { LibuvExecutor } from "../../src/compute/executors/libuv.ts";
import { defineTask, z } from "../../src/index.ts";
import { Stop } from "../../src/stop.ts";
import type { Task } from "../../src/tasks/task.ts";
import { Telemetry } from "../../src/telemetry/events.ts";
import { ManualClock } from "../helpers/manual-clock.ts";

let signals: AbortSignal[];
let started: PromiseWithResolvers<void>;

/** Ends when its signal aborts, with the reason. */
const heeding = (_: unknown, { signal }: { readonly signal: AbortSignal }) => {
  signals.push(signal);
  started.resolve();
  return new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
};

const task = defineTask({
  name: "heeds",
  input: z.strictObject({}),
  run: heeding,
  runAsync: heeding,
}) as unknown as Task;

let clock: ManualClock;
let dispatcher: Dispatcher;

beforeEach(() => {
  signals = [];
  started = Promise.withResolvers();
  clock = new ManualClock();
  const bounds = { slots: 1, maxPending: 10, queueTimeoutMs: 1000, hangTimeoutMs: 1000 };
  const telemetry = new Telemetry();
  dispatcher = new Dispatcher({ ...bounds, runTimeoutMs: 500, clock, telemetry });
});

const attempt = { lane: "jobs", attempt: { id: "id", token: 1 }, attemptNumber: 2 } as const;

async function run(name: "inline" | "libuv", more: Partial<RunRequest>) {
  const executor = name === "inline" ? new InlineExecutor() : new LibuvExecutor({ nice: false });
  const signal = new Stop();
  const request = { task, input: {}, executor, lane: "live", signal, ...more } as const;
  const failed = dispatcher.run(request).then(
    () => "succeeded",
    (error: unknown) => error,
  );
  await started.promise;
  return failed;
}

const executors = ["inline", "libuv"] as const;

test.each(executors)("%s: the deadline of a live run", async (name) => {
  const failed = run(name, {});
  await started.promise;
  clock.advance(500);
  expect(await failed).toMatchObject({ type: "run-timeout" });
  expect(signals[0]?.reason).toMatchObject({ type: "run-timeout" });
});

test.each(executors)("%s: the deadline of an attempt, which ends with its run", async (name) => {
  const failed = run(name, { ...attempt, runTimeoutMs: 50 });
  await started.promise;
  clock.advance(50);
  expect(await failed).toMatchObject({ type: "run-timeout" });
  expect(dispatcher.running).toBe(0);
});

test.each(executors)("%s: the client of a live run has gone", async (name) => {
  const signal = new AbortController();
  const failed = run(name, { signal: signal.signal });
  await started.promise;
  const gone = new Error("gone");
  signal.abort(gone);
  expect(await failed).toBe(gone);
  expect(dispatcher.running).toBe(0);
});

test.each(executors)("%s: the job was cancelled", async (name) => {
  const stop = new Stop();
  const failed = run(name, { ...attempt, signal: stop, stop });
  await started.promise;
  const cancelled = new Error("cancelled");
  stop.abort(cancelled);
  expect(await failed).toBe(cancelled);
  expect(dispatcher.running).toBe(0);
});

test.each(executors)("%s: live runs are broken off at the end of a drain", async (name) => {
  const failed = run(name, {});
  await started.promise;
  dispatcher.breakOff();
  expect(await failed).toMatchObject({ type: "draining" });
});

test("nothing aborts the signal once its run has ended, and no listener is left", async () => {
  const stop = new Stop();
  const failed = run("inline", { ...attempt, signal: stop, stop });
  await started.promise;
  stop.abort(new Error("cancelled"));
  await failed;
  started = Promise.withResolvers();
  const ended = defineTask({
    name: "ends",
    input: z.strictObject({}),
    run: (_, { signal }) => {
      signals.push(signal);
      started.resolve();
    },
  }) as unknown as Task;
  const client = new AbortController();
  expect(await run("inline", { task: ended, signal: client.signal })).toBe("succeeded");
  client.abort(new Error("gone"));
  dispatcher.breakOff();
  expect(signals[1]?.aborted).toBe(false);
});

test("what a task left behind looks after the end of its run, and leaves no listener", async () => {
  const left = Promise.withResolvers<{ readonly signal: AbortSignal }>();
  const leaves = defineTask({
    name: "leaves",
    input: z.strictObject({}),
    run: (_, context) => {
      left.resolve(context);
      started.resolve();
    },
  }) as unknown as Task;
  expect(await run("inline", { task: leaves })).toBe("succeeded");
  const { signal } = await left.promise;
  dispatcher.breakOff();
  expect(signal.aborted).toBe(false);
});

test("the signal of a run that is told of several is that of the first", async () => {
  const client = new AbortController();
  const failed = run("inline", { signal: client.signal });
  await started.promise;
  client.abort(new Error("first"));
  dispatcher.breakOff();
  expect(await failed).toMatchObject({ message: "first" });
  expect(signals[0]?.reason).toMatchObject({ message: "first" });
});

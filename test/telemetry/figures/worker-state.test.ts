import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { LoopDelay } from "../../../src/telemetry/figures/loop-delay.ts";
import { ThreadStates } from "../../../src/telemetry/figures/thread-states.ts";
import { StateReader } from "../../../src/telemetry/figures/worker-state.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const opened: { stop(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.stop();
});

function opening<One extends { stop(): void }>(one: One): One {
  opened.push(one);
  return one;
}

function hold(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test("the state has what the parts say, and what the process takes", () => {
  const reader = opening(
    new StateReader({
      dispatcher: { waiting: 3, busySlots: 2 },
      slots: 4,
      connections: () => 7,
      threads: () => [{ place: 1, thread: 1, heapUsedBytes: 5, cpuMs: 6 }],
      clock: systemClock,
    }),
  );
  const state = reader.read();
  expect(state).toMatchObject({ pending: 3, busySlots: 2, slots: 4, connections: 7 });
  expect(state.threads).toEqual([{ place: 1, thread: 1, heapUsedBytes: 5, cpuMs: 6 }]);
  expect(state.rssBytes).toBeGreaterThan(state.heapUsedBytes);
  expect(state.heapUsedBytes).toBeGreaterThan(1e6);
  expect(state.cpuMs).toBeGreaterThan(0);
});

test("the share of active time is of a second or more, and holds until the next one", async () => {
  const clock = new ManualClock();
  const parts = { dispatcher: { waiting: 0, busySlots: 0 }, slots: 1 };
  const reader = opening(
    new StateReader({ ...parts, connections: () => 0, threads: () => [], clock }),
  );
  hold(40);
  await pause(1); // What is active counts from turn to turn.
  expect(reader.read().loop.utilization).toBe(0);
  clock.advance(1000);
  const { utilization, activeMs } = reader.read().loop;
  expect(utilization).toBeGreaterThan(0);
  expect(utilization).toBeLessThanOrEqual(1);
  expect(activeMs).toBeGreaterThan(39);
  clock.advance(999);
  expect(reader.read().loop.utilization).toBe(utilization);
});

test("a held event loop is a delay, for 10 s at least and 20 s at most", async () => {
  const clock = new ManualClock();
  const delay = opening(new LoopDelay(clock));
  expect(delay.read()).toEqual({ p50: 0, p99: 0, max: 0 });
  await pause(50);
  hold(300);
  await pause(50);
  const { p50, max } = delay.read();
  expect(max).toBeGreaterThan(100);
  expect(p50).toBeLessThan(max);
  clock.advance(10_000);
  expect(delay.read().max).toBeGreaterThan(100);
  await pause(50);
  clock.advance(10_000);
  expect(delay.read().max).toBeLessThan(max);
});

test("threads tell of themselves, also while they compute, and are asked once a second", async () => {
  const clock = new ManualClock();
  const code = `
    require("node:worker_threads").parentPort.postMessage("up");
    for (const until = Date.now() + 60_000; Date.now() < until; );`;
  const thread = new Worker(code, { eval: true });
  await once(thread, "message");
  const states = new ThreadStates(() => [thread], clock);
  try {
    expect(states.read()).toEqual([]);
    while (states.read().length === 0) await pause(1);
    const [first] = states.read();
    expect(first).toMatchObject({ thread: thread.threadId });
    expect(first?.heapUsedBytes).toBeGreaterThan(100_000);
    await pause(20);
    expect(states.read()).toEqual([first]);
    clock.advance(1000);
    while (states.read()[0]?.cpuMs === first?.cpuMs) await pause(1);
    expect(states.read()[0]?.cpuMs).toBeGreaterThan(first?.cpuMs ?? 0);
  } finally {
    await thread.terminate();
  }
});

test("a thread that has ended has no state", async () => {
  const thread = new Worker("", { eval: true });
  await once(thread, "exit");
  const states = new ThreadStates(() => [thread], systemClock);
  states.read();
  await pause(10);
  expect(states.read()).toEqual([]);
});

test("a new thread takes the place of one that has ended", async () => {
  const begin = () => new Worker("setInterval(() => {}, 1000)", { eval: true });
  const threads = [begin(), begin()];
  const clock = new ManualClock();
  const states = new ThreadStates(() => threads, clock);
  const places = async (count: number) => {
    while (states.read().length < count) {
      await pause(1);
      clock.advance(1000); // A thread that still boots is asked again.
    }
    return states.read().map(({ place, thread }) => [place, thread]);
  };
  try {
    const [first, second] = threads.map(({ threadId }) => threadId);
    const both = [
      [1, first],
      [2, second],
    ];
    expect((await places(2)).toSorted()).toEqual(both);
    await threads.shift()?.terminate();
    expect(await places(1)).toEqual([[2, second]]);
    threads.push(begin(), begin());
    const [third, fourth] = threads.slice(1).map(({ threadId }) => threadId);
    const all = [
      [1, third],
      [2, second],
      [3, fourth],
    ];
    expect((await places(3)).toSorted()).toEqual(all);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
});

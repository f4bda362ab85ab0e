import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openContext } from "../../src/tasks/context.ts";
import type { RunLog } from "../../src/tasks/run-log.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function opened(lastCheckpoint?: string) {
  const checkpoints: string[] = [];
  const logs: RunLog[] = [];
  let now = 0;
  const listener = {
    onCheckpoint: (text: string) => void checkpoints.push(text),
    onLog: (log: RunLog) => void logs.push(log),
    lastCheckpoint,
  };
  const open = openContext({ listener }, () => now);
  const pass = (ms: number) => {
    now += ms;
    vi.advanceTimersByTime(ms);
  };
  return { checkpoints, logs, open, context: open.contextWith(undefined), pass };
}

describe("checkpoints", () => {
  test("the first ten are told at once, then ten a second, the latest of each while", () => {
    const { checkpoints, context, pass } = opened();
    for (let value = 0; value < 15; value++) context.checkpoint(value);
    expect(checkpoints).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    pass(99);
    expect(checkpoints).toHaveLength(10);
    pass(1);
    expect(checkpoints.slice(10)).toEqual(["14"]);
    pass(1000);
    expect(checkpoints.slice(10)).toEqual(["14"]);
  });

  test("while no timer can fire, further calls tell what is due", () => {
    const { checkpoints, logs, open, context } = opened();
    let now = 0;
    const listener = { onCheckpoint: (text: string) => void checkpoints.push(text) };
    const busy = openContext({ listener }, () => now);
    const { checkpoint } = busy.contextWith(undefined);
    for (; now < 1000; now++) checkpoint(now);
    // Ten at once, and one each 100 ms.
    expect(checkpoints).toHaveLength(19);
    busy.endFailed();
    expect(checkpoints.at(-1)).toBe("999");
    open.end();
    expect([context.lastCheckpoint, logs]).toEqual([undefined, []]);
  });

  test("a run that fails tells the last one, one that succeeds does not, and no timer is left", () => {
    for (const fails of [true, false]) {
      const { checkpoints, open, context } = opened();
      for (let value = 0; value < 15; value++) context.checkpoint(value);
      if (fails) open.endFailed();
      else open.end();
      expect(checkpoints.slice(10)).toEqual(fails ? ["14"] : []);
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  test("a value is what it was when it was given", () => {
    const { checkpoints, open, context } = opened();
    const state = { page: 0 };
    for (; state.page < 12; state.page++) context.checkpoint(state);
    state.page = 99;
    open.endFailed();
    expect(checkpoints.at(-1)).toBe('{"page":11}');
  });

  test("what JSON cannot hold, or is too long, is refused where it was given", () => {
    const { checkpoints, open, context } = opened();
    context.checkpoint("kept");
    expect(() => context.checkpoint({ at: new Map() })).toThrow(
      /^checkpoint\(\) was given something that JSON cannot hold: an object \(Map\) at \/at/,
    );
    expect(() => context.checkpoint("x".repeat(99_999))).toThrow(
      /^checkpoint\(\) was given 100001 characters of JSON; at most 100000 are kept/,
    );
    context.checkpoint("x".repeat(99_998));
    open.endFailed();
    expect(checkpoints.map((text) => text.length)).toEqual([6, 100_000]);
  });

  test("the one of an earlier attempt is a value of its own", () => {
    expect(opened('{"a":[1]}').context.lastCheckpoint).toEqual({ a: [1] });
    expect(opened().context.lastCheckpoint).toBeUndefined();
  });
});

describe("the log", () => {
  test("the last twenty lines are told, with how many were dropped, once", () => {
    const { logs, open, context } = opened();
    for (let line = 0; line < 30; line++) context.log(`line ${line}`);
    open.end();
    const texts = logs.at(-1)?.lines.map(({ text }) => text);
    expect(texts).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index + 10}`));
    expect(logs.at(-1)?.dropped).toBe(10);
    expect(logs).toHaveLength(11);
    open.end();
    expect(logs).toHaveLength(11);
  });

  test("a line has its time; what is no text is logged by its text, and nothing throws", () => {
    vi.setSystemTime(1_000_000);
    const { logs, open, context } = opened();
    const log = context.log as (value: unknown) => void;
    const mute = Object.create(null) as object;
    for (const value of [new Error("no luck"), 5, null, undefined, mute]) log(value);
    open.endFailed();
    expect(logs.at(-1)?.lines.map(({ text }) => text)).toEqual([
      ...["no luck", "5", "null", "undefined", "something that is no Error and has no text"],
    ]);
    expect(logs.at(-1)?.lines[0]?.at).toBe(1_000_000);
  });

  test("what was told does not change afterwards", () => {
    const { logs, context } = opened();
    context.log("one");
    context.log("two");
    expect(logs.map(({ lines }) => lines.length)).toEqual([1, 2]);
  });
});

test("where nobody listens, a run may say anything", () => {
  for (const open of [openContext({}), openContext({ listener: {} })]) {
    const { checkpoint, log, progress } = open.contextWith(undefined);
    for (const say of [checkpoint, log, progress]) (say as (value: unknown) => void)(1n);
    open.end();
    open.endFailed();
  }
});

test("the signal is made when it is looked at, and stays the same", () => {
  let asked = 0;
  const controller = new AbortController();
  const run = {
    get signal() {
      asked++;
      return controller.signal;
    },
  };
  const context = openContext(run).contextWith(undefined);
  expect(asked).toBe(0);
  expect([context.signal, context.signal]).toEqual([controller.signal, controller.signal]);
  expect(asked).toBe(1);
  const { signal, attempt } = openContext({ attempt: 3 }).contextWith(undefined);
  expect([signal.aborted, attempt]).toEqual([false, 3]);
});

/** The handler itself is for a whole process: test/cluster/broken-tasks.test.ts has it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { callStraying as callWith, handleStrays } from "../../src/compute/strays.ts";

const callStraying = <Returned>(task: string, call: () => Returned) =>
  callWith(task, call, undefined);
const others = process.listeners("unhandledRejection");
let told: string[];

beforeEach(() => {
  told = [];
  process.removeAllListeners("unhandledRejection");
  handleStrays(
    () => "./a.ts",
    (text) => void told.push(text),
  );
});
afterEach(() => {
  process.removeAllListeners("unhandledRejection");
  for (const listener of others) process.on("unhandledRejection", listener);
});

const turn = () => new Promise((resolve) => setImmediate(resolve));
const stray = async (reason: unknown) => {
  throw reason;
};

test("what a function returns or throws stays the same", async () => {
  const same = {};
  expect(callStraying("a", () => same)).toBe(same);
  expect(() => callStraying("a", () => JSON.parse("{"))).toThrow(SyntaxError);
  expect(await callStraying("a", async () => same)).toBe(same);
  await expect(callStraying("a", () => stray(new Error("own")))).rejects.toThrow("own");
  expect(told).toEqual([]);
});

test("a stray fails the asynchronous run that goes on, and no other", async () => {
  const reason = new Error("astray");
  const failing = callStraying("a", () => new Promise<never>(() => void stray(reason)));
  const other = callStraying("b", () => turn().then(turn));
  await expect(failing).rejects.toBe(reason);
  await other;
  expect(told).toEqual([]);
});

test("after its run it is told, with its task and its file", async () => {
  callStraying("a", () => void stray(new Error("astray")));
  await callStraying("b", async () => void turn().then(() => stray("late")));
  await turn();
  await turn();
  expect(told).toEqual([
    expect.stringMatching(/^A promise of task a \(\.\/a\.ts\) was rejected, .*: Error: astray\n/),
    expect.stringMatching(/^A promise of task b \(\.\/a\.ts\) was rejected, .*: 'late'$/),
  ]);
});

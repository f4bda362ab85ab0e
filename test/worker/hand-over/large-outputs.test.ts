import { expect, test } from "vitest";
import { fromWire, toWire } from "../../../src/channel/wire.ts";
import {
  fromCrossingOutcome,
  outputBytesOf,
  toCrossingOutcome,
} from "../../../src/compute/hand-over/crossing-outcome.ts";
import { RunCosts } from "../../../src/compute/hand-over/run-costs.ts";
import type { Entry } from "../../../src/compute/waiting-line.ts";
import type { WrittenOutput } from "../../../src/tasks/output/output.ts";
import type { Task } from "../../../src/tasks/task.ts";

const task = { name: "some" } as Task;
const entryOf = (inputBytes: number, isHome = false) => {
  const offer = { executor: "inline", input: null, inputBytes, mayRepeat: true, acceptedAt: 0 };
  const rest = { runTimeoutMs: undefined, trace: undefined, onLog: undefined, isHome };
  const needs = { slots: 1, memoryBytes: 0 };
  const signal = new AbortController().signal;
  return { task, lane: "live", needs, signal, offer: { ...offer, ...rest } } satisfies Entry;
};

test("a task whose output was large is not handed over again, unless its runs are long", () => {
  const costs = new RunCosts();
  costs.ended("some", 50);
  expect(costs.isWorth(entryOf(100))).toBe(true);
  costs.received("some", 10_000_000);
  expect(costs.isWorth(entryOf(100))).toBe(false);
  for (let runs = 0; runs < 100; runs++) costs.ended("some", 5000);
  expect(costs.isWorth(entryOf(100))).toBe(true);
});

test("what came back, an input that is long, and a task that nobody knows stay at home", () => {
  const costs = new RunCosts();
  expect(costs.isWorth(entryOf(100))).toBe(false);
  costs.ended("some", 1000);
  expect(costs.isWorth(entryOf(100, true))).toBe(false);
  expect(costs.isWorth(entryOf(300 * 1024))).toBe(false);
});

test.each([
  ["JSON", { text: "x".repeat(3_000_000) }],
  ["bytes inside", { some: new Uint8Array(300_000).fill(7), more: [new Uint8Array(2).fill(9)] }],
])("an output of %s arrives as it was", (_, result) => {
  const ran = { executor: "inline", queuedMs: 1, ranMs: 2, cpuMs: 3, thread: null } as const;
  const crossing = toCrossingOutcome({ ...ran, result }, { worker: 2, pid: 20 }, null);
  expect(outputBytesOf(crossing)).toBeGreaterThan(300_000);
  const outcome = fromCrossingOutcome(crossing);
  expect(outcome).toMatchObject({ ...ran, ranIn: { worker: 2, pid: 20 } });
  const asJson = (output: WrittenOutput) => JSON.parse(output.json) as unknown;
  const bytes = (_: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
  expect(asJson(outcome.result as WrittenOutput)).toEqual(
    JSON.parse(JSON.stringify(result, bytes)),
  );
});

test("what JSON cannot hold is a fault of the task where its client is", () => {
  const ran = { executor: "inline", queuedMs: 1, ranMs: 2, cpuMs: 3, thread: null } as const;
  const crossing = toCrossingOutcome({ ...ran, result: { big: 1n } }, { worker: 2, pid: 20 }, null);
  const envelope = { service: "hand-over", items: [{ answer: 1, value: crossing }] } as const;
  const [item] = fromWire(structuredClone(toWire(envelope)))?.items ?? [];
  const { value } = item as unknown as { readonly value: typeof crossing };
  const { result } = fromCrossingOutcome(value);
  expect(() => (result as WrittenOutput).json).toThrow(/big/);
});

test.each([
  ["no cost", { kind: "ran", form: "json", text: "1", ranIn: { worker: 1, pid: 2 } }],
  ["no text", { kind: "ran", form: "json", cost: {}, ranIn: { worker: 1, pid: 2 } }],
  ["an unknown form", { kind: "ran", form: "other" }],
])("an answer with %s, which a task has forged, is refused", (_, forged) => {
  expect(() => fromCrossingOutcome(forged as never)).toThrow(/cannot be read/);
});

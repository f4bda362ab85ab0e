import { afterEach, beforeEach, expect, test } from "vitest";
import { LibuvExecutor } from "../../src/compute/executors/libuv.ts";
import { requireNeeds } from "../../src/compute/needs.ts";
import { defineTask, z } from "../../src/index.ts";
import { checkInput } from "../../src/tasks/check/check.ts";
import { jsonOf } from "../../src/tasks/output/output.ts";
import { callUserCode, watchUserCode } from "../../src/tasks/user-code.ts";

const most = { slots: 4, memoryBytes: 1000 };
const said: unknown[] = [];
beforeEach(() => {
  said.length = 0;
  watchUserCode({
    held: (by, task, attempt) => said.push([by, task, ...(attempt ? [attempt.id] : [])]),
    released: () => said.push("released"),
  });
});
afterEach(() => watchUserCode(undefined));

function call(trait: string): void {
  said.push(`${trait} called`);
}

const task = defineTask({
  name: "told",
  description: "Says when it is asked.",
  input: z.strictObject({}).refine(() => {
    call("schema");
    return true;
  }),
  example: {},
  slots: () => {
    call("slots");
    return 1;
  },
  memoryBytes: () => {
    call("memoryBytes");
    return 1;
  },
  hasAsyncForm: () => {
    call("hasAsyncForm");
    return true;
  },
  run: () => ({ toJSON: () => call("toJSON") }),
  runAsync: async () => ({}),
});

test.each([
  ["schema", "asked", () => checkInput(task, {})],
  ["hasAsyncForm", "asked", () => new LibuvExecutor({ nice: false }).refusal(task, {})],
  ["toJSON", "output", () => jsonOf(task, { toJSON: () => call("toJSON") })],
])("the watch knows whose code is called: %s", (trait, by, ask) => {
  said.length = 0;
  ask();
  expect(said).toEqual([[by, "told"], `${trait} called`, "released"]);
});

test("the watch knows whose code is called: memoryBytes and slots", () => {
  said.length = 0;
  requireNeeds(task, {}, most);
  const asked = ["asked", "told"];
  expect(said).toEqual([
    ...[asked, "memoryBytes called", "released"],
    ...[asked, "slots called", "released"],
  ]);
});

test("of calls in one another the outer one counts, and the watch hears of an end by an error", () => {
  said.length = 0;
  const attempt = { id: "a job", token: 1 };
  callUserCode("asked", task, () => checkInput(task, {}), attempt);
  expect(() => callUserCode("output", task, () => checkInput(task, { unknown: 1 }))).toThrow();
  const [first, second] = [
    ["asked", "told", "a job"],
    ["output", "told"],
  ];
  expect(said.filter((each) => each !== "schema called")).toEqual([
    ...[first, "released", second, "released"],
  ]);
});

test("without a watch, code is called as it is", () => {
  watchUserCode(undefined);
  said.length = 0;
  expect(callUserCode("asked", task, () => 7)).toBe(7);
  expect(said).toEqual([]);
});

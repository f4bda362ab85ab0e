/** What the tasks of a pool's threads set up, and tear down. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ThreadsExecutor } from "../../../../src/compute/executors/threads/threads.ts";
import { wholeTextOf } from "../../../../src/compute/setups.ts";
import type { Task } from "../../../../src/tasks/task.ts";
import { resultOf } from "../../../contracts/executor.ts";
import { model } from "../../../fixtures/resources.ts";
import { double } from "../../../fixtures/tasks.ts";
import { Folder } from "../../../helpers/embedded-queue.ts";

const never = new AbortController().signal;
const quiet = { onStart: () => {} };
const fixture = (file: string) => new URL(`../../../fixtures/${file}`, import.meta.url).pathname;

let folder: Folder;
let errors: Error[];
let faults: string[];
let steps: [string, boolean][];

beforeEach(() => {
  folder = new Folder();
  [errors, faults, steps] = [[], [], []];
  process.env["RESOURCES_RECORD"] = folder.file("record");
  process.env["RESOURCES_FAULT"] = folder.file("fault");
});

afterEach(() => {
  for (const name of ["RECORD", "FAULT", "TEARDOWN"]) delete process.env[`RESOURCES_${name}`];
  folder[Symbol.dispose]();
});

const files = ["tasks.ts", "resources.ts"];

function start(threads: number, lazily: readonly string[] = [], tasks = files) {
  return ThreadsExecutor.start({
    ...{ threads, heapBytes: 64 * 1024 ** 2 },
    taskFiles: tasks.map(fixture),
    onError: (error) => void errors.push(error),
    setups: {
      ...{ lazily, hasTeardown: true },
      onStep: (...step) => void steps.push(step),
      onFault: (fault) => void faults.push(fault),
    },
  });
}

const fault = (how: string) => writeFileSync(folder.file("fault"), how);
const mend = () => rmSync(folder.file("fault"));
const run = (executor: ThreadsExecutor, task: unknown, input: unknown = {}) =>
  executor.run(task as Task, input, never, quiet);

/** What happened, each with the thread. */
const record = () =>
  existsSync(folder.file("record"))
    ? readFileSync(folder.file("record"), "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(" "))
    : [];
const threadsOf = (what: string) => record().flatMap(([word, id]) => (word === what ? [id] : []));

test("every thread sets up before the pool is there, and tears down at its end", async () => {
  const executor = await start(2);
  const [one, other] = threadsOf("setup");
  expect(threadsOf("setup")).toHaveLength(2);
  expect(one).not.toBe(other);
  const { result, thread } = await run(executor, model);
  expect(resultOf({ result })).toEqual({ resources: { threadId: thread } });
  await executor.close(5000);
  expect(threadsOf("teardown").toSorted()).toEqual(threadsOf("setup").toSorted());
  expect([errors, faults]).toEqual([[], []]);
  const step = `setup of task model (${fixture("resources.ts")})`;
  expect(
    steps
      .filter(([told]) => told === step)
      .map(([, isOver]) => isOver)
      .toSorted(),
  ).toEqual([...[false, false, true, true]]);
});

test.each([
  ["throws", /The setup of task model \(.*resources\.ts\) failed: TypeError: no model here\n/],
  ["throws second", /The setup of task model \(.*resources\.ts\) failed: TypeError: no model/],
  ["rejects", /failed: 'just a text'$/],
  [
    "exits",
    /A thread ended while it ran the setup of task model \(.*resources\.ts\): process\.exit\(3\)/,
  ],
])("a pool whose threads cannot set up (%s) does not start", async (how, why) => {
  fault(how);
  const failed = await start(2).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Error);
  expect(wholeTextOf(failed)).toMatch(why);
});

test("a thread that is replaced sets up again; if it cannot, the next run is told so", async () => {
  const executor = await start(1);
  fault("throws");
  await expect(run(executor, model, { exits: true })).rejects.toMatchObject({
    type: "run-crashed",
  });
  await expect(run(executor, double, { value: 1 })).rejects.toMatchObject({
    type: "run-crashed",
    loggedDetail: expect.stringMatching(
      /No thread could be started .* The setup of task model .* failed$/,
    ),
  });
  expect(errors.length).toBeGreaterThan(0);
  mend();
  expect(resultOf(await run(executor, double, { value: 1 }))).toEqual({ value: 2 });
  await executor.close(5000);
  // The thread that exited has torn nothing down.
  expect(threadsOf("teardown")).toHaveLength(1);
});

test("a task whose runs go elsewhere is set up with its first run here", async () => {
  const executor = await start(1, ["model"]);
  expect(threadsOf("setup")).toEqual([]);
  fault("throws");
  await expect(run(executor, model)).rejects.toMatchObject({ type: "task-failed" });
  mend();
  for (let time = 0; time < 2; time++) await run(executor, model);
  expect(threadsOf("setup")).toHaveLength(2);
  await executor.close(5000);
  expect(threadsOf("teardown")).toHaveLength(1);
});

test.each([
  [
    "throws",
    9000,
    /^The teardown of task model \(.*resources\.ts\) failed: TypeError: no model here/,
  ],
  ["hangs", 2000, /^The teardown of task model \(.*\) has not ended within 1600 ms$/],
  ["blocks", 200, /^A thread did not end its teardowns in time$/],
  ["exits", 9000, /^A thread ended in its teardowns: /],
])("a teardown that goes wrong (%s) is told, and stops nothing", async (how, withinMs, why) => {
  process.env["RESOURCES_TEARDOWN"] = how;
  const executor = await start(1);
  await executor.close(withinMs);
  expect(faults).toEqual([expect.stringMatching(why)]);
});

test("two threads fail at once: the start fails with the first, and nothing else is told", async () => {
  const library = JSON.stringify(new URL("../../../../src/index.ts", import.meta.url).href);
  const came = JSON.stringify(folder.file("came"));
  const taskFile = folder.file("at-once.mjs");
  const source = `import { appendFileSync, readFileSync } from "node:fs";
    import { defineTask, z } from ${library};
    const setup = () => {
      appendFileSync(${came}, "x");
      while (readFileSync(${came}, "utf8").length % 2 > 0);
      throw new Error("no model");
    };
    export const task = defineTask({ name: "at-once", input: z.object({}), setup, run: () => 1 });`;
  writeFileSync(taskFile, source);
  const setups = { lazily: [], hasTeardown: false, onStep: () => {}, onFault: () => {} };
  const onError = (error: Error) => void errors.push(error);
  const options = { threads: 2, heapBytes: 64 * 1024 ** 2, taskFiles: [taskFile], setups, onError };
  for (let times = 0; times < 5; times++) {
    await expect(ThreadsExecutor.start(options)).rejects.toThrow(/^The setup of task at-once/);
    writeFileSync(folder.file("came"), "");
  }
  expect(errors).toEqual([]);
});

test("of two threads in setups, the one that ended is named", async () => {
  process.env["MEETING"] = folder.file("");
  const started = start(2, [], ["two-setups.ts"]);
  await expect(started).rejects.toThrow(
    /while it ran the setup of task second .*process\.exit\(3\)/,
  );
  delete process.env["MEETING"];
});

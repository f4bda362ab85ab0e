import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { access } from "node:fs/promises";
import { getPriority } from "node:os";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Executor } from "../../../src/compute/executor.ts";
import { InlineExecutor } from "../../../src/compute/executors/inline.ts";
import { LibuvExecutor } from "../../../src/compute/executors/libuv.ts";
import { niceIncrement } from "../../../src/compute/executors/niceness.ts";
import { ThreadsExecutor } from "../../../src/compute/executors/threads/threads.ts";
import { isTask } from "../../../src/tasks/define.ts";
import type { Task } from "../../../src/tasks/task.ts";
import { bytesCrossingContract } from "../../contracts/bytes-crossing.ts";
import { checkedOutputContract } from "../../contracts/checked-output.ts";
import { executorContract, resultOf } from "../../contracts/executor.ts";
import { taskErrorsContract } from "../../contracts/task-errors.ts";
import * as attempts from "../../fixtures/attempts.ts";
import * as resources from "../../fixtures/resources.ts";
import * as fixtures from "../../fixtures/tasks.ts";
import { Folder } from "../../helpers/embedded-queue.ts";

const never = new AbortController().signal;
const quiet = { onStart: () => {} };

function task(name: string): Task {
  const all = [...Object.values(fixtures), ...Object.values(resources)];
  const found = all.find((value) => isTask(value) && value.name === name);
  if (!found) throw new Error(`No fixture task ${name}`);
  return found as unknown as Task;
}

/** The events of one run on the event loop, in order. */
async function toldOf(executor: Executor, name: string, input: unknown): Promise<string[]> {
  const told: string[] = [];
  const onStart = () => void told.push("start");
  const onReturn = (isPending: boolean) => void told.push(isPending ? "promise" : "return");
  const onProgress = () => void told.push("progress");
  const run = executor.run(task(name), input, never, {
    onStart,
    onReturn,
    listener: { onProgress },
  });
  await run.then(
    () => told.push("end"),
    () => told.push("failure"),
  );
  return told;
}

describe.each([
  ["inline", new InlineExecutor(), "return"],
  ["libuv", new LibuvExecutor({ nice: false }), "promise"],
])("%s", (_, executor, returned) => {
  test("reports the return of a task's function, whatever it returns or throws", async () => {
    const said = await toldOf(executor, "steps", { steps: [1] });
    expect(said).toEqual(["start", "progress", returned, "end"]);
    expect(await toldOf(executor, "later", { value: 1 })).toEqual(["start", "promise", "end"]);
    expect(await toldOf(executor, "throws", {})).toEqual(["start", returned, "failure"]);
  });
});

describe("inline", () => {
  const executor = new InlineExecutor();
  executorContract({ executor: () => executor, task });
  checkedOutputContract({ executor: () => executor, task });
  bytesCrossingContract({ executor: () => executor, task });
  taskErrorsContract({ executor: () => executor, task });

  test("starts one run per turn, so the loop serves others in between", async () => {
    const order: string[] = [];
    const runs = ["a", "b", "c"].map((name) =>
      executor.run(task("double"), { value: 1 }, never, { onStart: () => void order.push(name) }),
    );
    const light = (): void => {
      order.push("light");
      if (order.length < 6) setImmediate(light);
    };
    setImmediate(light);
    await Promise.all(runs);
    expect(order.join(" ")).toMatch(/^a light b light c/);
  });

  test("stops waiting for an asynchronous run that is aborted", async () => {
    const stop = new AbortController();
    const run = executor.run(task("never"), {}, stop.signal, { onStart: () => stop.abort("late") });
    await expect(run).rejects.toBe("late");
    const other = new AbortController();
    const second = executor.run(task("never"), {}, other.signal, quiet);
    setImmediate(() => setImmediate(() => other.abort("cancelled")));
    await expect(second).rejects.toBe("cancelled");
    const done = await executor.run(task("later"), { value: 1 }, other.signal, quiet).catch(String);
    expect(done).toBe("cancelled");
    expect(await executor.run(task("later"), { value: 1 }, never, quiet)).toMatchObject({
      result: { value: 1 },
    });
  });

  test("measures the CPU time of a synchronous run, not of an asynchronous one", async () => {
    const spun = await executor.run(task("spin"), { ms: 20 }, never, quiet);
    expect(spun.cpuMs).toBeGreaterThan(0);
    expect(spun.ranMs).toBeGreaterThanOrEqual(20);
    const later = await executor.run(task("later"), { value: 1 }, never, quiet);
    expect(later.cpuMs).toBeNull();
  });
});

describe("libuv", () => {
  const executor = new LibuvExecutor({ nice: true });
  executorContract({ executor: () => executor, task });
  checkedOutputContract({ executor: () => executor, task });
  bytesCrossingContract({ executor: () => executor, task });
  taskErrorsContract({ executor: () => executor, task });

  test("refuses a task, or an input, without a native form", () => {
    expect(executor.refusal(task("spin"), {})).toContain("spin has no native asynchronous form");
    expect(executor.refusal(task("double"), {})).toBeUndefined();
    const picky = { ...task("double"), hasAsyncForm: (input: unknown) => input === "this" };
    expect(executor.refusal(picky, "this")).toBeUndefined();
    expect(executor.refusal(picky, "that")).toContain("for this input");
  });

  test("a task whose hasAsyncForm throws fails, and its error is kept", () => {
    const cause = new Error("cannot tell");
    const hasAsyncForm = () => {
      throw cause;
    };
    const odd = { ...task("double"), name: "odd", hasAsyncForm };
    const failed = { type: "task-failed", loggedDetail: "Task odd failed: cannot tell", cause };
    expect(() => executor.refusal(odd, {})).toThrow(expect.objectContaining(failed));
  });

  test.runIf(process.platform === "linux")("gives the event loop the CPU first", async () => {
    const native = { ...task("double"), runAsync: () => access(".") };
    await executor.run(native, {}, never, quiet);
    const ids = readdirSync("/proc/self/task").filter(
      (id) => readFileSync(`/proc/self/task/${id}/comm`, "utf8") === "libuv-worker\n",
    );
    const nices = new Set(ids.map((id) => getPriority(Number(id))));
    expect(nices).toEqual(new Set([Math.min(19, getPriority() + niceIncrement)]));
  });
});

describe("threads", () => {
  const errors: Error[] = [];
  const ends: string[] = [];
  let executor: ThreadsExecutor;

  beforeAll(async () => {
    executor = await ThreadsExecutor.start({
      threads: 2,
      heapBytes: 64 * 1024 ** 2,
      taskFiles: ["tasks.ts", "resources.ts"].map(
        (file) => new URL(`../../fixtures/${file}`, import.meta.url).pathname,
      ),
      onError: (error) => errors.push(error),
      onEnd: ({ reason }) => ends.push(reason),
    });
  });

  beforeEach(() => {
    ends.length = 0;
  });

  afterAll(async () => {
    await executor.close();
    expect(errors).toEqual([]);
  });

  executorContract({ executor: () => executor, task });
  checkedOutputContract({ executor: () => executor, task });
  bytesCrossingContract({ executor: () => executor, task });
  taskErrorsContract({ executor: () => executor, task });

  test("computes in parallel, on threads of their own", async () => {
    const spin = () => executor.run(task("spin"), { ms: 200 }, never, quiet);
    const [one, two] = await Promise.all([spin(), spin()]);
    expect(one?.thread).not.toBe(two?.thread);
  });

  test("an abort ends a spinning run, and the next one is served", async () => {
    const deadline = new AbortController();
    const reason = new Error("too long");
    const { promise: begun, resolve: onStart } = Promise.withResolvers<void>();
    const spinning = executor.run(task("spin"), {}, deadline.signal, { onStart });
    const beside = executor.run(task("spin"), { ms: 50 }, never, quiet);
    await begun; // Before its start it would cost no thread.
    deadline.abort(reason);
    await expect(spinning).rejects.toBe(reason);
    const next = executor.run(task("double"), { value: 4 }, never, quiet);
    expect(resultOf(await next)).toEqual({ value: 8 });
    await expect(beside).resolves.toBeDefined();
    expect(ends).toEqual(["interrupted"]);
  });

  test("a run in native code ends with its thread, long after the abort", async () => {
    const own = await ThreadsExecutor.start({
      ...{ threads: 1, heapBytes: 64 * 1024 ** 2, onError: (error) => errors.push(error) },
      taskFiles: [new URL("../../fixtures/attempts.ts", import.meta.url).pathname],
    });
    using folder = new Folder();
    const file = folder.file("record");
    const run = (signal: AbortSignal) =>
      own.run(attempts.native as unknown as Task, { iterations: 500_000, file }, signal, quiet);
    const stop = new AbortController();
    const first = run(stop.signal);
    while (!existsSync(file)) await new Promise(setImmediate);
    const next = run(never);
    stop.abort(new Error("too long"));
    await expect(first).rejects.toThrow("too long");
    await next; // It had to wait: there is one slot, although two threads exist for a while.
    const record = readFileSync(file, "utf8");
    expect(record.match(/starts/g)).toHaveLength(2);
    expect(record).not.toContain("overlaps");
    await own.close();
  });

  test("a run that is still there at the close is refused, and is no crash", async () => {
    const own = await ThreadsExecutor.start({
      ...{ threads: 1, heapBytes: 64 * 1024 ** 2, onError: (error) => errors.push(error) },
      taskFiles: [new URL("../../fixtures/tasks.ts", import.meta.url).pathname],
    });
    const { promise: begun, resolve: onStart } = Promise.withResolvers<void>();
    const spinning = own.run(task("spin"), {}, never, { onStart });
    const refused = expect(spinning).rejects.toMatchObject({ type: "draining" });
    await begun;
    await own.close();
    await refused;
  });

  test("an input that cannot be cloned fails only its own run, however often", async () => {
    for (let time = 0; time < 5; time++) {
      const input = { value: () => time };
      await expect(executor.run(task("double"), input, never, quiet)).rejects.toMatchObject({
        type: "executor-unavailable",
        detail: expect.stringContaining("The input of double cannot be handed to a thread: "),
      });
    }
    const next = await executor.run(task("double"), { value: 4 }, never, quiet);
    expect(resultOf(next)).toEqual({ value: 8 });
    expect(ends).toEqual([]);
  });

  test.each([
    ["exit", { code: 3 }, "process.exit(3) was called there."],
    ["hoard", {}, "it used up the 64 MiB of heap that a thread has (--thread-memory)."],
    ["stray", {}, "it threw an error that nothing caught: astray."],
    [
      "stray",
      { what: "mute" },
      "it threw an error that nothing caught: an error without a message.",
    ],
    ["stray", { what: "undefined" }, "it threw an error that nothing caught: undefined."],
    ["stray", { what: "null" }, "it threw an error that nothing caught: null."],
  ])("%s %j fails that run alone, and the pool serves on", async (name, input, how) => {
    const beside = executor.run(task("spin"), { ms: 100 }, never, quiet);
    await expect(executor.run(task(name), input, never, quiet)).rejects.toMatchObject({
      type: "run-crashed",
      status: 500,
      loggedDetail: expect.stringContaining(how),
    });
    await expect(beside).resolves.toBeDefined();
    const after = [1, 2, 3, 4].map((value) =>
      executor.run(task("double"), { value }, never, quiet),
    );
    expect((await Promise.all(after)).map(({ result }) => result)).toHaveLength(4);
    expect(ends).toEqual(["crashed"]);
  });
});

test.each([
  ["throw new Error('broken meanwhile')", /: .*broken meanwhile/],
  ["process.exit(0)", /: A thread ended while it was loading .*tasks\.mjs: process\.exit\(0\)/],
])(
  "where no thread can be started (%s) a run is told so, and served once one can",
  async (broken, why) => {
    using folder = new Folder();
    const taskFile = folder.file("tasks.mjs");
    const fixture = new URL("../../fixtures/tasks.ts", import.meta.url).href;
    const sound = `export { double, exit } from ${JSON.stringify(fixture)};`;
    writeFileSync(taskFile, sound);
    const errors: Error[] = [];
    const executor = await ThreadsExecutor.start({
      ...{ threads: 1, heapBytes: 64 * 1024 ** 2, taskFiles: [taskFile] },
      onError: (error) => errors.push(error),
    });
    const double = () => executor.run(task("double"), { value: 1 }, never, quiet);
    writeFileSync(taskFile, broken);
    await expect(executor.run(task("exit"), { code: 1 }, never, quiet)).rejects.toThrow();
    for (let time = 0; time < 3; time++) {
      await expect(double()).rejects.toMatchObject({
        type: "run-crashed",
        loggedDetail: expect.stringMatching(why),
      });
    }
    expect(errors.length).toBeGreaterThan(0);
    writeFileSync(taskFile, sound);
    expect(resultOf(await double())).toEqual({ value: 2 });
    await executor.close();
  },
);

test.each([
  ["process.exit(0);", "tasks.mjs: process.exit(0) was called there."],
  ["const a = []; for (;;) a.push(new Array(1e5).fill({}));", "it used up the 64 MiB of heap"],
])("a pool whose task module ends its threads while it loads says so: %s", async (text, why) => {
  using folder = new Folder();
  const taskFile = folder.file("tasks.mjs");
  writeFileSync(taskFile, text);
  const options = { threads: 1, heapBytes: 64 * 1024 ** 2, taskFiles: [taskFile] };
  await expect(ThreadsExecutor.start({ ...options, onError: () => {} })).rejects.toThrow(why);
});

test("a pool whose task module does not load fails to start, with the reason", async () => {
  const taskFiles = [new URL("../../fixtures/none.ts", import.meta.url).pathname];
  const options = { threads: 1, heapBytes: 64 * 1024 ** 2, taskFiles, onError: () => {} };
  await expect(ThreadsExecutor.start(options)).rejects.toThrow("none.ts");
});

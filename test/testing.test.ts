/** `manycore/testing`, as a user's unit tests use it. */
import { expect, expectTypeOf, test } from "vitest";
import type { OutputBytes } from "../src/client/client.ts";
import { bytes, defineTask, z } from "../src/index.ts";
import { runTask } from "../src/testing.ts";

const input = z.strictObject({ count: z.int().min(1).default(2), at: z.iso.date().optional() });
const define = <Output>(run: (count: number) => Output) =>
  defineTask({ name: "counts", input, run: ({ count }) => run(count) });

test("the output is what a client gets: checked, with defaults, through JSON", async () => {
  const task = define((count) => ({ count, at: new Date(0), left: undefined }));
  const output = await runTask(task, {});
  expectTypeOf(output).toEqualTypeOf<{ count: number; at: string }>();
  expect(output).toEqual({ count: 2, at: "1970-01-01T00:00:00.000Z" });
  expect(
    await runTask(
      define(() => {}),
      {},
    ),
  ).toBeNull();
});

test("what a client could not send is not sent", async () => {
  // JSON leaves undefined out, and has no NaN.
  expect(
    await runTask(
      define((count) => count),
      { count: undefined },
    ),
  ).toBe(2);
  await expect(
    runTask(
      define((count) => count),
      { count: Number.NaN },
    ),
  ).rejects.toMatchObject({
    ...{ status: 422, type: "invalid-input", errors: [{ path: "/count" }] },
  });
});

test("an input is cloned, as on its way to a thread", async () => {
  const kept: unknown[] = [];
  const inputWithFunction = z.object({ a: z.string() }).transform(({ a }) => ({ a, f: () => a }));
  const task = defineTask({
    name: "keeps",
    input: inputWithFunction,
    run: (got) => kept.push(got),
  });
  await expect(runTask(task, { a: "a" })).rejects.toThrow(/could not be cloned/);
  expect(kept).toEqual([]);
});

test("what a task throws is the cause of a task-failed", async () => {
  const thrown = new Error("no luck");
  const task = define(() => {
    throw thrown;
  });
  await expect(runTask(task, {})).rejects.toMatchObject({ status: 500, cause: thrown });
  const wrong = define(() => new Map());
  await expect(runTask(wrong, {})).rejects.toMatchObject({ status: 500, type: "task-failed" });
});

test("setup and teardown go around the run; the context is that of a job", async () => {
  const events: unknown[] = [];
  const task = defineTask({
    name: "all",
    input,
    setup: () => ({ open: true }),
    teardown: (resources) => {
      resources.open = false;
      events.push(["teardown", resources]);
    },
    async run({ count }, context) {
      const { resources, attempt, lastCheckpoint, progress, checkpoint, log } = context;
      events.push(["run", { ...resources }, attempt, lastCheckpoint]);
      progress({ done: count });
      checkpoint([count]);
      log("one");
      log("two");
      return context.signal.aborted;
    },
  });
  const told: unknown[] = [];
  const output = await runTask(
    task,
    { count: 3 },
    {
      ...{ attempt: 2, lastCheckpoint: [1] },
      onProgress: (progress) => told.push(progress),
      onLog: (lines) => told.push(lines),
    },
  );
  expect(output).toBe(false);
  expect(events).toEqual([
    ["run", { open: true }, 2, [1]],
    ["teardown", { open: false }],
  ]);
  expect(told).toEqual(expect.arrayContaining([{ done: 3 }, ["one", "two"]]));
});

test("a signal ends the wait for an asynchronous run", async () => {
  const stop = new AbortController();
  const task = defineTask({
    name: "waits",
    input,
    run: (_input, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason)),
      ),
  });
  const running = runTask(task, {}, { signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
});

test("bytes come and go as they are", async () => {
  const task = defineTask({
    name: "reversed",
    input: bytes({
      types: ["text/*"],
      query: z.strictObject({ upper: z.boolean().default(false) }),
    }),
    run: ({ data, type, query }) =>
      bytes(data.toReversed(), query.upper ? type.toUpperCase() : type),
  });
  const output = await runTask(task, {
    data: new Uint8Array([1, 2, 3]),
    type: "text/x",
    query: {},
  });
  expectTypeOf(output).toEqualTypeOf<OutputBytes>();
  expect(output).toEqual({ data: new Uint8Array([3, 2, 1]), type: "text/x" });
  const wrong = runTask(task, { data: new Uint8Array(1), type: "image/png" });
  await expect(wrong).rejects.toMatchObject({ status: 422, errors: [{ path: "/type" }] });
});

test("bytes need no type; a Buffer comes to the task as bytes of its own", async () => {
  const take = defineTask({
    name: "take",
    input: bytes(),
    run: ({ data, type, query }) => ({ size: data.buffer.byteLength, type, query }),
  });
  expect(await runTask(take, { data: Buffer.from("abc") })).toEqual({
    ...{ size: 3, type: "application/octet-stream", query: {} },
  });
});

/** `createCompute`, inside of this process. */
import { writeFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { type Compute, type ComputeOptions, createCompute } from "../../src/embed/embed.ts";
import { Folder } from "../helpers/embedded-queue.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;

const open: Compute[] = [];
afterEach(async () => {
  for (const compute of open.splice(0)) await compute.close();
});

async function started(options: ComputeOptions = {}): Promise<Compute> {
  const compute = await createCompute({ tasks, logLevel: "silent", ...options });
  open.push(compute);
  return compute;
}

test.each(["inline", "libuv", "threads"] as const)("%s runs a task", async (executor) => {
  const compute = await started({ executor });
  const outcome = await compute.run("double", { value: 4 });
  expect(outcome).toMatchObject({ result: { value: 8 }, executor });
  expect(outcome.thread === null).toBe(executor !== "threads");
  expect(outcome.queuedMs).toBeGreaterThanOrEqual(0);
  expect(compute.tasks).toContain("hash");
});

test("a task that names an executor runs there, where it was set up", async () => {
  using folder = new Folder();
  const library = JSON.stringify(new URL("../../src/index.ts", import.meta.url).href);
  const file = folder.file("here.mjs");
  const source = `import { threadId } from "node:worker_threads";
    import { defineTask, z } from ${library};
    export const task = defineTask({
      name: "here", input: z.object({}), executor: "inline",
      setup: () => threadId, run: (_, { resources }) => resources === threadId,
    });`;
  writeFileSync(file, source);
  const compute = await started({ tasks: file, executor: "threads", slots: 1 });
  const outcome = await compute.run("here");
  expect(outcome).toMatchObject({ result: true, executor: "inline", thread: null });
});

test("so many threads compute at a time as there are slots; the rest waits", async () => {
  const compute = await started({ slots: 2 });
  const abort = new AbortController();
  const runs = Array.from({ length: 3 }, () => compute.run("never", {}, abort));
  await expect.poll(() => [compute.running, compute.waiting]).toEqual([2, 1]);
  abort.abort(new Error("enough"));
  for (const run of await Promise.allSettled(runs))
    expect(run).toMatchObject({ status: "rejected", reason: { message: "enough" } });
  expect([compute.running, compute.waiting]).toEqual([0, 0]);
});

test.each([
  ["double", { value: "x" }, { status: 422, type: "invalid-input", errors: [{ path: "/value" }] }],
  ["nonesuch", {}, { status: 404, type: "not-found" }],
  ["throws", { message: "x" }, { status: 500, type: "task-failed" }],
  ["exit", { code: 3 }, { status: 500, type: "run-crashed" }],
])("%s with %j is refused as a server would", async (name, input, problem) => {
  const compute = await started({ slots: 1 });
  await expect(compute.run(name, input)).rejects.toMatchObject(problem);
  // A run that ended its thread has cost nobody else anything.
  expect(await compute.run("double", { value: 1 })).toMatchObject({ result: { value: 2 } });
});

test("past the bound and past the deadline it says so, and when to come again", async () => {
  const compute = await started({ slots: 1, maxPending: 1, runTimeout: "300ms" });
  const [first, second, third] = [1, 2, 3].map(() => compute.run("never", {}));
  await expect(third).rejects.toMatchObject({
    ...{
      status: 503,
      type: "overloaded",
      headers: { "Retry-After": expect.stringMatching(/^\d+$/) },
    },
  });
  await expect(first).rejects.toMatchObject({ status: 504, type: "run-timeout" });
  await expect(second).rejects.toMatchObject({ status: 504 });
});

test.each([
  ["a Buffer", Buffer.from("abc"), "application/octet-stream"],
  ["an ArrayBuffer", new Uint8Array([1, 2, 3]).buffer, "application/octet-stream"],
  ["a Blob with a type", new Blob(["abc"], { type: "image/png" }), "image/png"],
])("a task that takes bytes gets %s, whose type need not be named", async (_, data, type) => {
  const compute = await started({ slots: 1 });
  const { result } = await compute.run("weigh", { data });
  expect(result).toMatchObject({ length: 3, type, query: {}, isPlain: true, isWhole: true });
  await expect(compute.run("weigh", { data: "abc" })).rejects.toMatchObject({
    ...{ status: 422, detail: expect.stringContaining("a program gives { data, type, query }") },
  });
});

test("close breaks off what runs", async () => {
  const compute = await started({ slots: 1 });
  const run = compute.run("never", {}).catch((error: unknown) => error);
  await expect.poll(() => compute.running).toBe(1);
  await compute.close();
  expect(await run).toMatchObject({ status: 503, type: "draining" });
});

test("after close nothing runs", async () => {
  const compute = await started({ executor: "inline" });
  await compute.close();
  await expect(compute.run("double", { value: 1 })).rejects.toMatchObject({ type: "draining" });
});

test.each([
  [{ executor: "gpu" }, /executor in createCompute: "gpu" is not allowed/],
  [{ maxPending: -1 }, /maxPending in createCompute/],
  [{ slot: 2 }, /Unknown key "slot" in createCompute. Did you mean slots\?/],
  [{ workers: 2 }, /Unknown key "workers" in createCompute. The keys are slots, tasks, /],
  [{ runTimout: "1s" }, /Unknown key "runTimout" in createCompute. Did you mean runTimeout/],
  [{ slots: 0 }, /^slots in createCompute: 0 is not allowed. Use a whole number from 1 to 1024$/],
  [{ slots: "2" }, /^slots in createCompute: "2" is not allowed/],
  [{ tasks: "./none.ts" }, /none.ts/],
])("%j is refused", async (options, words) => {
  await expect(started(options as ComputeOptions)).rejects.toThrow(words);
});

import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  canWatchHeaps,
  HeapWatch,
  MemoryShort,
} from "../../../../src/compute/executors/threads/heap-watch.ts";
import { ThreadsExecutor } from "../../../../src/compute/executors/threads/threads.ts";
import type { Task } from "../../../../src/tasks/task.ts";
import { resultOf } from "../../../contracts/executor.ts";
import { grows, litters } from "../../../fixtures/growth.ts";

const never = new AbortController().signal;
const quiet = { onStart: () => {} };
const heapBytes = 64 * 1024 ** 2;

describe.runIf(canWatchHeaps)("a thread whose objects outgrow its heap", () => {
  let executor: ThreadsExecutor;

  beforeAll(async () => {
    const taskFiles = [new URL("../../../fixtures/growth.ts", import.meta.url).pathname];
    const onError = (error: Error) => expect.unreachable(error.message);
    executor = await ThreadsExecutor.start({ threads: 1, heapBytes, taskFiles, onError });
  });

  afterAll(() => executor.close());

  test.each(["push", "map", "keys", "from"])(
    "is ended alone, although what it asks for next would end the process: %s",
    async (way) => {
      await expect(executor.run(grows as Task, { way }, never, quiet)).rejects.toMatchObject({
        type: "run-crashed",
        detail: expect.stringContaining("it used up the 64 MiB of heap that a thread has"),
      });
    },
  );

  test("is not ended for its garbage, and goes on", async () => {
    const { result, thread } = await executor.run(litters as Task, { megabytes: 25 }, never, quiet);
    expect(resultOf({ result })).toMatchObject({ kept: 25 });
    const again = await executor.run(litters as Task, { megabytes: 1 }, never, quiet);
    expect(again.thread).toBe(thread);
  });
});

test.runIf(canWatchHeaps)("a thread whose buffers use up the machine is ended", async () => {
  const script = "const kept = []; setInterval(() => kept.push(Buffer.alloc(1e6)), 1);";
  const worker = new Worker(script, { eval: true });
  const ended = Promise.withResolvers<Error>();
  const watch = new HeapWatch({
    limitBytes: 50_000_000,
    threads: () => [worker],
    onExceeded: (_, why) => ended.resolve(why),
    isMemoryShort: () => true,
  });
  watch.begin();
  expect(await ended.promise).toBeInstanceOf(MemoryShort);
  watch.stop();
  await worker.terminate();
});

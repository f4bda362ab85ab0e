import { getPriority } from "node:os";
import { expect, test } from "vitest";
import { niceIncrement } from "../../../../src/compute/executors/niceness.ts";
import { ThreadsExecutor } from "../../../../src/compute/executors/threads/threads.ts";
import type { Task } from "../../../../src/tasks/task.ts";
import { resultOf } from "../../../contracts/executor.ts";
import { nice } from "../../../fixtures/nice.ts";

const never = new AbortController().signal;

test.runIf(process.platform === "linux")(
  "a thread boots as quickly as it can, and leaves the CPU to the event loop when it computes",
  async () => {
    const taskFiles = [new URL("../../../fixtures/nice.ts", import.meta.url).pathname];
    const onError = (error: Error) => expect.unreachable(error.message);
    const settings = { threads: 1, heapBytes: 64 * 1024 ** 2, taskFiles, onError };
    await using executor = await start(settings);
    const { result } = await executor.run(nice as Task, {}, never, { onStart: () => {} });
    const own = getPriority();
    const running = Math.min(19, own + niceIncrement);
    expect(resultOf({ result })).toEqual({ booting: own, running });
  },
);

async function start(settings: Parameters<typeof ThreadsExecutor.start>[0]) {
  const executor = await ThreadsExecutor.start(settings);
  return Object.assign(executor, { [Symbol.asyncDispose]: () => executor.close() });
}

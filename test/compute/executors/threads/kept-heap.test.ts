import { afterEach, describe, expect, test } from "vitest";
import { canWatchHeaps } from "../../../../src/compute/executors/threads/heap-watch.ts";
import { ThreadsExecutor } from "../../../../src/compute/executors/threads/threads.ts";
import type { Task } from "../../../../src/tasks/task.ts";
import type { ThreadEnded } from "../../../../src/telemetry/events.ts";
import { resultOf } from "../../../contracts/executor.ts";
import { forgets, keeps } from "../../../fixtures/keeping.ts";

const never = new AbortController().signal;
const quiet = { onStart: () => {} };
const heapBytes = 64 * 1024 ** 2;

let executor: ThreadsExecutor;
let ended: string[];

async function start(threads: number): Promise<void> {
  ended = [];
  const taskFiles = [new URL("../../../fixtures/keeping.ts", import.meta.url).pathname];
  const onError = (error: Error) => expect.unreachable(error.message);
  const onEnd = ({ reason, ...more }: ThreadEnded) => {
    ended.push(reason);
    if (reason === "memory") expect(more).toMatchObject({ task: "keeps" });
  };
  executor = await ThreadsExecutor.start({ threads, heapBytes, taskFiles, onError, onEnd });
}

const keep = (input: object) => executor.run(keeps as Task, input, never, quiet);

afterEach(() => executor.close());

describe.runIf(canWatchHeaps)("a thread that keeps too much after its runs", () => {
  test("is replaced between two runs, and none of them fails", async () => {
    await start(1);
    const threads = new Set<unknown>();
    for (let run = 0; run < 30; run++) {
      const { thread, result } = await keep({ kilobytes: 4096 });
      threads.add(thread);
      expect(resultOf({ result })).toMatchObject({ kept: expect.any(Number) });
    }
    expect(threads.size).toBeGreaterThan(2);
    expect(ended).toEqual(Array(ended.length).fill("memory"));
    expect([threads.size - 1, threads.size]).toContain(ended.length);
  });

  test("gets no other run, although more runs wait than there are threads", async () => {
    await start(2);
    const runs = await Promise.all(Array.from({ length: 40 }, () => keep({ kilobytes: 4096 })));
    expect(runs).toHaveLength(40);
    expect(ended.length).toBeGreaterThan(1);
    expect(new Set(ended)).toEqual(new Set(["memory"]));
  });

  test("is replaced after a run that failed, too, with that run's own error", async () => {
    await start(1);
    const failed = keep({ kilobytes: 52 * 1024, fails: true });
    await expect(failed).rejects.toMatchObject({ type: "task-failed" });
    expect(ended).toEqual(["memory"]);
    const { result } = await keep({ kilobytes: 1 });
    expect(resultOf({ result })).toEqual({ kept: 1 });
  });

  test("is found by many short runs, too", async () => {
    await start(1);
    for (let run = 0; run < 2000 && ended.length === 0; run++) await keep({ kilobytes: 64 });
    expect(ended).toEqual(["memory"]);
  });
});

test("a thread whose runs make only garbage is never replaced", async () => {
  await start(1);
  const threads = new Set<unknown>();
  for (let run = 0; run < 15; run++) {
    const input = { kilobytes: 20 * 1024 };
    threads.add((await executor.run(forgets as Task, input, never, quiet)).thread);
  }
  expect(threads.size).toBe(1);
  expect(ended).toEqual([]);
});

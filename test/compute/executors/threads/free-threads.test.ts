import { rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../../src/clock.ts";
import { Dispatcher, type RunRequest } from "../../../../src/compute/dispatcher.ts";
import { ThreadsExecutor } from "../../../../src/compute/executors/threads/threads.ts";
import { Stop } from "../../../../src/stop.ts";
import { Telemetry } from "../../../../src/telemetry/events.ts";
import { resultOf } from "../../../contracts/executor.ts";
import { double, exit } from "../../../fixtures/tasks.ts";
import { Folder } from "../../../helpers/embedded-queue.ts";

let folder: Folder;
let gate: string;
let executor: ThreadsExecutor;
let ended: string[];

/** The tasks, in a module that does not finish loading while there is a file. */
function slowToLoad(): string {
  const path = folder.file("tasks.mjs");
  const fixture = new URL("../../../fixtures/tasks.ts", import.meta.url).href;
  const wait = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)";
  const text = `
    import { existsSync } from "node:fs";
    while (existsSync(${JSON.stringify(gate)})) ${wait};
    export { double, exit } from ${JSON.stringify(fixture)};`;
  writeFileSync(path, text);
  return path;
}

beforeEach(async () => {
  folder = new Folder();
  gate = folder.file("gate");
  ended = [];
  executor = await ThreadsExecutor.start({
    ...{ threads: 1, heapBytes: 64 * 1024 ** 2, taskFiles: [slowToLoad()] },
    onError: (error) => expect.unreachable(error.message),
    onEnd: ({ reason }) => void ended.push(reason),
  });
});
afterEach(async () => {
  rmSync(gate, { force: true });
  await executor.close();
  folder[Symbol.dispose]();
});

describe("while the thread that replaces another one does not boot", () => {
  test("no run waits for ever, and the slot is free again", async () => {
    const times = { runTimeoutMs: 60_000, hangTimeoutMs: 60_000, queueTimeoutMs: 300 };
    const dispatcher = new Dispatcher({
      ...{ ...times, slots: 1, maxPending: 10 },
      ...{ clock: systemClock, telemetry: new Telemetry() },
    });
    const run = (of: Partial<RunRequest>) => {
      const never = new Stop();
      const live = { task: double, input: { value: 1 }, lane: "live", signal: never } as const;
      return dispatcher.run({ executor, ...live, ...of } as RunRequest);
    };
    writeFileSync(gate, "");
    const lost = run({ task: exit as never, input: { code: 1 } });
    await expect(lost).rejects.toMatchObject({ type: "run-crashed" });
    await expect(run({})).rejects.toMatchObject({
      type: "queue-timeout",
      detail: expect.stringContaining("No thread was up within 300 ms"),
      headers: { "Retry-After": "1" },
    });
    expect(dispatcher.running).toBe(0);
    // An attempt has no client who waits. It can be cancelled.
    const stop = new Stop();
    const attempt = { id: "a job", token: 1 };
    const job = run({ lane: "jobs", attempt, stop });
    const cancelled = new Error("cancelled");
    setTimeout(() => stop.abort(cancelled), 400);
    await expect(job).rejects.toBe(cancelled);
    expect([dispatcher.running, ended]).toEqual([0, ["crashed"]]);
    const next = run({ lane: "jobs", attempt, stop: new Stop() });
    rmSync(gate);
    expect(resultOf(await next)).toEqual({ value: 2 });
  });

  test("a run that was stopped before it has a thread ends no thread", async () => {
    const stop = new Stop();
    stop.abort(new Error("stopped before"));
    const events = { onStart: () => expect.unreachable("it must not start") };
    const run = () => executor.run(double as never, { value: 1 }, stop, events);
    await expect(run()).rejects.toThrow("stopped before");
    const started = executor.run(double as never, { value: 1 }, new Stop(), { onStart() {} });
    expect(resultOf(await started)).toEqual({ value: 2 });
    expect(ended).toEqual([]);
  });
});

import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { Dispatcher } from "../../src/compute/dispatcher.ts";
import { InlineExecutor } from "../../src/compute/executors/inline.ts";
import { LibuvExecutor } from "../../src/compute/executors/libuv.ts";
import { ThreadsExecutor } from "../../src/compute/executors/threads/threads.ts";
import type { Assignment, Ending } from "../../src/jobs/assignment.ts";
import { Consumer } from "../../src/jobs/consumer.ts";
import type { AttemptListener } from "../../src/jobs/queue.ts";
import { isTask } from "../../src/tasks/define.ts";
import { builtInTasks, createRegistry } from "../../src/tasks/registry.ts";
import { type AttemptEnded, Telemetry } from "../../src/telemetry/events.ts";
import { logEvents } from "../../src/telemetry/log-events.ts";
import { plainJob } from "../contracts/queue-under-test.ts";
import * as fixtures from "../fixtures/tasks.ts";
import { QueueOnFile } from "../helpers/embedded-queue.ts";
import { limits } from "../helpers/services.ts";

const file = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
const tasks = createRegistry([
  ...builtInTasks(limits),
  ...Object.values(fixtures).filter((value) => isTask(value)),
]);
let logged: Record<string, unknown>[] = [];
let told: AttemptEnded[] = [];
const telemetry = new Telemetry();
logEvents(telemetry, pino({}, { write: (line) => void logged.push(JSON.parse(line)) }));
telemetry.on("job.attempt-ended", (ended) => told.push(ended));
beforeEach(() => {
  logged = [];
  told = [];
});
const never = new AbortController().signal;

function dispatcher(hangTimeoutMs = 5000): Dispatcher {
  const times = { queueTimeoutMs: 5000, runTimeoutMs: 5000, hangTimeoutMs };
  return new Dispatcher({ slots: 1, maxPending: 0, ...times, clock: systemClock, telemetry });
}

function assignment(task: string, input: unknown, timeoutMs = 5000): Assignment {
  const text = JSON.stringify(input);
  return {
    id: "a",
    token: 1,
    task,
    input: text,
    attempt: 1,
    maxAttempts: 3,
    timeoutMs,
  };
}

function detailOf(ending: Ending): string {
  return ending.kind === "failed" ? ending.error.detail : "";
}

test("jobs that end before their runs do not keep the queue from the next ones", async () => {
  await using under = await QueueOnFile.open();
  const { queue } = under.worker();
  const slots = dispatcher();
  const consumer = new Consumer({
    ...{ tasks, telemetry, dispatcher: slots, executors: [new InlineExecutor()] },
    resultLimitBytes: 100,
    exposeErrors: false,
    onNoResult: () => consumption.offer(slots.room),
  });
  const consumption = queue.consume(consumer);
  consumption.offer(slots.room);
  const gone = { ...plainJob, task: "gone" };
  const invalid = { ...plainJob, task: "double", input: "{}" };
  await queue.jobs.submit([gone, gone, invalid, invalid]);
  await expect.poll(async () => (await queue.jobs.stats()).states.failed).toBe(4);
});

/** Takes what a task says; nobody wants its checkpoints. */
function hears(onProgress: (progress: string) => void): AttemptListener {
  return { onStart: () => {}, onProgress, onCheckpoint: () => {} };
}

const unheard = hears(() => {});

describe("on the event loop", () => {
  let slots: Dispatcher;
  let consumer: Consumer;
  beforeEach(() => {
    slots = dispatcher();
    const executors = [new LibuvExecutor({ nice: false }), new InlineExecutor()];
    consumer = new Consumer({
      tasks,
      dispatcher: slots,
      executors,
      resultLimitBytes: 100,
      exposeErrors: false,
      telemetry,
    });
  });
  const run = (task: string, input: unknown, timeoutMs?: number): Promise<Ending> =>
    consumer.run(assignment(task, input, timeoutMs), never, unheard);

  test("a run that ends well is a success, its result as JSON", async () => {
    const ending = { kind: "succeeded", result: '{"value":4}' };
    expect(await run("double", { value: 2 })).toMatchObject(ending);
  });

  test("bytes are kept as base64", async () => {
    const ending = await run("bytes", { length: 3 });
    expect(ending).toMatchObject({ kind: "succeeded", result: '{"data":"AAEC"}', bytesAt: 8 });
  });

  test("nothing at all is kept as null", async () => {
    const none = createRegistry([{ ...fixtures.double, run: () => undefined } as never]);
    const executors = [new InlineExecutor()];
    const quiet = new Consumer({
      tasks: none,
      dispatcher: slots,
      executors,
      resultLimitBytes: 9,
      exposeErrors: false,
      telemetry,
    });
    const ending = await quiet.run(assignment("double", { value: 1 }), never, unheard);
    expect(ending).toMatchObject({ kind: "succeeded", result: "null" });
  });

  test("a job whose task is missing here fails for good, with the remedy", async () => {
    const ending = await run("gone", {});
    expect(ending).toMatchObject({ kind: "failed", retry: false, error: { type: "not-found" } });
    expect(detailOf(ending)).toMatch(/no task gone\. Start it with the --tasks file .* again/);
  });

  test("an executor that cannot take a task leaves it to the next", async () => {
    expect(await run("spin", { ms: 1 })).toMatchObject({ kind: "succeeded" });
  });

  test.each([
    ["a task that throws", "throws", { message: "no luck" }, "task-failed", true],
    ["an input that the schema does not take", "double", { value: "x" }, "invalid-input", false],
    ["a task that is gone", "nonesuch", {}, "not-found", false],
    ["a result over the limit", "bytes", { length: 200 }, "result-too-large", false],
    ["a result that is no JSON", "closure", { kind: "bigint" }, "task-failed", false],
    ["a result too long for JSON", "huge", { kind: "bytes" }, "task-failed", false],
  ])(
    "%s fails; whether another attempt may help is said",
    async (_what, task, input, type, retry) => {
      const ending = await run(task, input);
      expect(ending).toMatchObject({ kind: "failed", error: { type }, retry });
      const plain = detailOf(ending).replace(
        ". The server's log has the error (job a).",
        ": no luck",
      );
      expect(logged).toMatchObject([{ job: "a", attempt: 1, task, msg: plain }]);
    },
  );

  test("the message of a plain error is for the log, or for a server that exposes it", async () => {
    const told = detailOf(await run("throws", { message: "no luck" }));
    expect(told).toBe("Task throws failed. The server's log has the error (job a).");
    expect(logged).toMatchObject([{ msg: "Task throws failed: no luck" }]);
    const executors = [new InlineExecutor()];
    const [resultLimitBytes, exposeErrors] = [9, true];
    const open = { tasks, dispatcher: slots, executors, resultLimitBytes, exposeErrors, telemetry };
    const job = assignment("throws", { message: "no luck" });
    const shown = await new Consumer(open).run(job, never, unheard);
    expect(detailOf(shown)).toBe("Task throws failed: no luck");
  });

  test("the log has the task's own error, with its stack; a success has no line", async () => {
    await run("double", { value: 1 });
    await run("throws", { message: "no luck" });
    expect(logged).toMatchObject([
      { err: { message: "no luck", stack: expect.stringContaining("fixtures") } },
    ]);
  });

  test("the end of each attempt is an event, with the error of a failed one", async () => {
    await run("double", { value: 1 });
    await run("throws", { message: "no luck" });
    slots.close();
    await run("double", { value: 1 });
    const of = { job: "a", attempt: 1 };
    const error = expect.objectContaining({ type: "task-failed" });
    expect(told).toEqual([
      { ...of, task: "double", ending: "succeeded" },
      { ...of, task: "throws", ending: "failed", error },
      { ...of, task: "double", ending: "handed-back" },
    ]);
  });

  test("a long error is cut in the job, and whole in the log", async () => {
    const ending = await run("decides", { how: "noRetry", message: "x".repeat(100_000) });
    expect(detailOf(ending).length).toBeLessThan(5000);
    expect(detailOf(ending)).toMatch(/x… \(\d+ more characters\)$/);
    expect(logged).toMatchObject([{ err: { message: "x".repeat(100_000) } }]);
  });

  test("a run that took longer than the job allows has failed, and may be tried again", async () => {
    const ending = await run("spin", { ms: 50 }, 10);
    expect(ending).toMatchObject({ kind: "failed", error: { type: "run-timeout" }, retry: true });
    expect(ending).toMatchObject({
      error: {
        detail: expect.stringMatching(/\(timeoutMs\).*or give the job a longer timeoutMs\.$/),
      },
    });
  });

  test("an asynchronous run that is cancelled is over when it has ended", async () => {
    const cancel = new AbortController();
    const ending = consumer.run(assignment("later", { value: 1 }), cancel.signal, unheard);
    cancel.abort(new Error("The job was cancelled"));
    // If it had started, the queue drops its result.
    expect(["succeeded", "cancelled"]).toContain((await ending).kind);
    expect(slots.running).toBe(0);
  });

  test.each([
    ["that goes on past its time has failed when its worker has ended", 10, "failed"],
    ["that is broken off and goes on goes back when its worker has ended", 60_000, "handed-back"],
  ])("an asynchronous run %s", async (_, timeoutMs, kind) => {
    slots = dispatcher(20);
    consumer = new Consumer({
      ...{ tasks, dispatcher: slots, resultLimitBytes: 100, exposeErrors: false, telemetry },
      executors: [new InlineExecutor()],
    });
    const ending = consumer.run(assignment("never", {}, timeoutMs), never, unheard);
    if (kind === "handed-back") setImmediate(() => setImmediate(() => consumer.breakOff()));
    expect(await ending).toMatchObject({ kind: "at-exit", ended: { kind } });
    expect(slots.running).toBe(1);
  });

  test("a worker without a free slot hands the job back", async () => {
    const held = run("spin", { ms: 50 });
    expect(await run("double", { value: 1 })).toEqual({ kind: "handed-back" });
    expect(await held).toMatchObject({ kind: "succeeded" });
  });

  test("a worker that stops hands the job back", async () => {
    slots.close();
    expect(await run("double", { value: 1 })).toEqual({ kind: "handed-back" });
  });

  test("progress is passed on", async () => {
    const progress: string[] = [];
    await consumer.run(
      assignment("steps", { steps: [1] }),
      never,
      hears((text) => progress.push(text)),
    );
    expect(progress).toEqual(["1"]);
  });
});

describe("in threads", () => {
  let executor: ThreadsExecutor;
  let consumer: Consumer;
  beforeEach(async () => {
    const heapBytes = 64 * 1024 ** 2;
    executor = await ThreadsExecutor.start({
      ...{ threads: 1, heapBytes, taskFiles: [file], onError: () => {} },
    });
    const executors = [executor];
    const limit = { resultLimitBytes: 100, exposeErrors: false };
    consumer = new Consumer({ tasks, dispatcher: dispatcher(), executors, ...limit, telemetry });
  });
  afterEach(() => executor.close());

  test("a cancel ends the run", async () => {
    const cancel = new AbortController();
    const ending = consumer.run(
      assignment("tells-and-spins", { ms: 60_000 }),
      cancel.signal,
      hears(() => cancel.abort()),
    );
    expect(await ending).toMatchObject({ kind: "cancelled", report: { executor: "threads" } });
    expect(told).toMatchObject([{ ending: "cancelled" }]);
  });

  test("breaking off hands the run back", async () => {
    const ending = consumer.run(
      assignment("tells-and-spins", { ms: 60_000 }),
      never,
      hears(() => consumer.breakOff()),
    );
    // Usually the thread ends at once. On a busy machine it may take longer.
    const ended = await ending;
    const handedBack = ended.kind === "at-exit" ? ended.ended : ended;
    expect(handedBack).toMatchObject({ kind: "handed-back", report: { executor: "threads" } });
  });

  test("a deadline ends the run, which may be tried again", async () => {
    const ending = await consumer.run(assignment("spin", {}, 50), never, unheard);
    expect(ending).toMatchObject({ kind: "failed", error: { type: "run-timeout" }, retry: true });
  });

  test("a thread that exits fails that attempt, which may be tried again", async () => {
    const ending = await consumer.run(assignment("exit", { code: 1 }), never, unheard);
    expect(ending).toMatchObject({ kind: "failed", error: { type: "run-crashed" }, retry: true });
  });
});

test("onSuspect is called before a suspect job, and before no other", async () => {
  const suspects: string[] = [];
  const consumer = new Consumer({
    tasks,
    dispatcher: dispatcher(),
    executors: [new InlineExecutor()],
    resultLimitBytes: 100,
    exposeErrors: false,
    telemetry,
    onSuspect: () => suspects.push("suspect"),
  });
  const job = assignment("double", { value: 1 });
  await consumer.run(job, never, unheard);
  expect(suspects).toEqual([]);
  await consumer.run({ ...job, isSuspect: true }, never, unheard);
  expect(suspects).toEqual(["suspect"]);
});

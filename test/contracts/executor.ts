import { describe, expect, test } from "vitest";
import type { Executor, Ran, RunEvents } from "../../src/compute/executor.ts";
import type { AppError } from "../../src/errors.ts";
import { checkInput } from "../../src/tasks/check/check.ts";
import { decisionOf } from "../../src/tasks/decision.ts";
import { jsonOf, onlyBytesOf, WrittenOutput } from "../../src/tasks/output/output.ts";
import type { RunLog } from "../../src/tasks/run-log.ts";
import type { Task } from "../../src/tasks/task.ts";

export interface ExecutorSubject {
  readonly executor: () => Executor;
  /** The tasks of test/fixtures/tasks.ts and resources.ts, by name. */
  readonly task: (name: string) => Task;
}

/** The task's output, in whichever form it came. */
export function resultOf({ result }: Pick<Ran, "result">): unknown {
  return result instanceof WrittenOutput ? JSON.parse(result.json) : result;
}

function whatThrows(callback: () => unknown): AppError {
  try {
    callback();
  } catch (error) {
    return error as AppError;
  }
  throw new Error("Nothing was thrown");
}

/** The events of a run whose progress is heard. */
function heard(onProgress: (progress: string) => void): RunEvents {
  return { onStart: () => {}, listener: { onProgress } };
}

/** The contract of every executor. */
export function executorContract({ executor, task }: ExecutorSubject): void {
  const never = new AbortController().signal;
  const run = (name: string, input: unknown, onStart = () => {}) =>
    executor().run(task(name), input, never, { onStart });

  describe("keeps the executor contract", () => {
    test("returns the result with what it cost", async () => {
      const ran = await run("double", { value: 21 });
      expect(resultOf(ran)).toEqual({ value: 42 });
      expect(ran.ranMs).toBeGreaterThan(0);
      expect(ran.ranMs).toBeLessThan(10_000);
      expect(ran.cpuMs === null || ran.cpuMs >= 0).toBe(true);
      expect(ran.thread === null || Number.isInteger(ran.thread)).toBe(true);
    });

    test("does not measure CPU time that was not asked for", async () => {
      const events = { onStart: () => {}, isCpuAsked: false };
      const ran = await executor().run(task("double"), { value: 21 }, never, events);
      expect(ran.cpuMs).toBeNull();
    });

    test("reports the start of a run once, before its end", async () => {
      const events: string[] = [];
      await run("double", { value: 1 }, () => events.push("start")).then(() => events.push("end"));
      expect(events).toEqual(["start", "end"]);
    });

    test("does not run where the start is refused", async () => {
      const refused = run("double", { value: 1 }, () => {
        throw new Error("not any more");
      });
      await expect(refused).rejects.toThrow("not any more");
      expect(resultOf(await run("double", { value: 2 }))).toEqual({ value: 4 });
    });

    test("a task that throws is a failure with its message, and the next run is served", async () => {
      await expect(run("throws", { message: "no luck" })).rejects.toMatchObject({
        type: "task-failed",
        detail: "Task throws failed.",
        loggedDetail: "Task throws failed: no luck",
        cause: { stack: expect.stringContaining("no luck") },
      });
      expect(resultOf(await run("double", { value: 3 }))).toEqual({ value: 6 });
    });

    test("a thrown value that is no Error is reported as well", async () => {
      await expect(run("throws", { bare: "just text" })).rejects.toMatchObject({
        type: "task-failed",
        loggedDetail: "Task throws failed: just text",
      });
    });

    test("a thrown value without any text fails only its own run, however often", async () => {
      for (let time = 0; time < 5; time++) {
        await expect(run("throws", { mute: true })).rejects.toMatchObject({ type: "task-failed" });
      }
      expect(resultOf(await run("double", { value: 4 }))).toEqual({ value: 8 });
    });

    test("waits for a task that is asynchronous", async () => {
      expect(resultOf(await run("later", { value: 5 }))).toEqual({ value: 5 });
    });

    test("calls a task's functions as methods of the object given to defineTask", async () => {
      expect(resultOf(await run("own-name", {}))).toEqual({ name: "own-name" });
      expect(resultOf(await run("triple", { value: 14 }))).toEqual({ value: 42 });
    });

    test("reports the last progress of a run, as JSON, before its end", async () => {
      const told: string[] = [];
      const events = heard((text) => void told.push(text));
      const input = { steps: [{ done: 0 }, "between", null, { done: 1 }] };
      const ran = await executor().run(task("steps"), input, never, events);
      expect(resultOf(ran)).toEqual({ told: 4 });
      // The end may overtake progress from just before; only the last value counts.
      expect(told.at(-1)).toBe('{"done":1}');
      expect(told.slice(0, -1).filter((text) => text !== '{"done":0}')).toEqual([]);
    });

    test("progress just before the end is reported once", async () => {
      const input = { steps: [{ done: 1 }] };
      for (let time = 0; time < 100; time++) {
        const told: string[] = [];
        const events = heard((text) => void told.push(text));
        await executor().run(task("steps"), input, never, events);
        expect(told).toEqual(['{"done":1}']);
      }
    });

    test("a run that fails reports its last progress, and its own error", async () => {
      const lastTold = async (steps: unknown[]) => {
        const told: string[] = [];
        const events = heard((text) => void told.push(text));
        const run = executor().run(task("steps"), { steps, fails: true }, never, events);
        await expect(run).rejects.toMatchObject({
          loggedDetail: "Task steps failed: out of steps",
        });
        return told.at(-1);
      };
      expect(await lastTold(["first", "between", "last"])).toBe('"last"');
      expect(await lastTold(["only"])).toBe('"only"');
      expect(await lastTold(["told", "x".repeat(10_001)])).toBe('"told"');
      expect(await lastTold([])).toBeUndefined();
    });

    test.each([
      ["too long", ["x".repeat(10_001)], "10003 characters of JSON; at most 10000 are kept"],
      ["no JSON", [1n], "something that JSON cannot hold: a BigInt"],
      ["no JSON at its end", [1, 1n], "something that JSON cannot hold: a BigInt"],
    ])("a run whose progress is %s fails with the reason", async (_what, steps, reason) => {
      const events = heard(() => {});
      await expect(executor().run(task("steps"), { steps }, never, events)).rejects.toMatchObject({
        type: "task-failed",
        loggedDetail: expect.stringContaining(`Task steps failed: progress() was given ${reason}`),
      });
    });

    test.each([
      { how: "noRetry", message: "gone", type: "task-failed", said: "failed: gone" },
      {
        how: "retryAfter",
        ms: 1500,
        message: "busy",
        said: "asks to be run again in 1500 ms: busy",
      },
      { how: "snooze", ms: 100, said: "asks to be run again in 100 ms." },
    ])(
      "tells what the task has decided: $how",
      async ({ said, type = "task-postponed", ...input }) => {
        const error = await run("decides", input).catch((thrown: AppError) => thrown as AppError);
        const cause = { stack: expect.any(String) };
        expect(error).toMatchObject({ type, detail: `Task decides ${said}`, cause });
        const kinds = { noRetry: "no-retry", retryAfter: "retry-after", snooze: "snooze" };
        const { how, ms } = input;
        const kind = kinds[how as keyof typeof kinds];
        expect(decisionOf((error as AppError).cause)).toEqual({ kind, ...(ms && { ms }) });
        const seconds = ms && String(Math.ceil(ms / 1000));
        expect((error as AppError).headers["Retry-After"]).toBe(seconds);
      },
    );

    test("tells the last checkpoint of a run that fails, for certain", async () => {
      const last = async (checkpoints: unknown[]) => {
        const told: string[] = [];
        const listener = { onCheckpoint: (text: string) => void told.push(text) };
        const input = { checkpoints, lines: [], fails: true };
        const events = { onStart: () => {}, listener };
        const failed = executor().run(task("speaks"), input, never, events);
        await expect(failed).rejects.toMatchObject({
          loggedDetail: "Task speaks failed: out of words",
        });
        return told.at(-1);
      };
      expect(await last([])).toBeUndefined();
      expect(await last([{ page: 1 }])).toBe('{"page":1}');
      expect(await last(Array.from({ length: 50 }, (_, page) => ({ page })))).toBe('{"page":49}');
    });

    test("hands the run the checkpoint of an earlier attempt", async () => {
      const found = async (lastCheckpoint?: string) => {
        const listener = { onCheckpoint: () => {}, lastCheckpoint };
        const input = { checkpoints: [], lines: [], fails: false };
        const events = { onStart: () => {}, listener };
        return resultOf(await executor().run(task("speaks"), input, never, events));
      };
      expect(await found()).toEqual({ last: "none" });
      expect(await found('{"page":7}')).toEqual({ last: { page: 7 } });
      expect(await found("null")).toEqual({ last: null });
    });

    test.each([
      ["is too long", "x".repeat(100_000), "100002 characters of JSON; at most 100000 are kept"],
      ["is no JSON", 1n, "something that JSON cannot hold: a BigInt"],
    ])("a run whose checkpoint %s fails with the reason", async (_what, value, reason) => {
      const input = { checkpoints: [value], lines: [], fails: false };
      const events = { onStart: () => {}, listener: { onCheckpoint: () => {} } };
      await expect(executor().run(task("speaks"), input, never, events)).rejects.toMatchObject({
        type: "task-failed",
        loggedDetail: expect.stringContaining(
          `Task speaks failed: checkpoint() was given ${reason}`,
        ),
      });
      // Where nobody keeps it, it does nothing.
      expect(resultOf(await run("speaks", input))).toEqual({ last: "none" });
    });

    test.each([false, true])("tells the last lines that it logged; failed: %s", async (fails) => {
      const told: RunLog[] = [];
      const listener = { onLog: (log: RunLog) => void told.push(log) };
      const lines = Array.from({ length: 45 }, (_, index) => `line ${index}`);
      const input = { checkpoints: [], lines: [...lines, "x".repeat(501)], fails };
      const events = { onStart: () => {}, listener };
      const ran = executor().run(task("speaks"), input, never, events);
      await ran.catch(() => {});
      const last = told.at(-1);
      expect(last?.dropped).toBe(26);
      const texts = last?.lines.map(({ text }) => text);
      expect(texts).toEqual([...lines.slice(26), `${"x".repeat(500)}… (1 more characters)`]);
      expect(told.length).toBeLessThan(46);
    });

    test("returns bytes as bytes, small and large", async () => {
      for (const length of [0, 1, 1000, 5_000_000]) {
        const { result } = await run("bytes", { length });
        const data = onlyBytesOf(task("bytes"), result);
        expect(data).toBeInstanceOf(Uint8Array);
        expect(data?.byteLength).toBe(length);
        expect(data?.every((byte, index) => byte === index % 251)).toBe(true);
        const base64 = Buffer.from(data ?? []).toString("base64");
        expect(jsonOf(task("bytes"), result)).toBe(JSON.stringify({ data: base64 }));
      }
    });

    test.each([
      ["bigint", "a BigInt at /value: return it as a string"],
      ["bare", "a function"],
      ["cycle", "a circular reference at /self"],
      ["throws", "not me"],
      ["getter", "not me"],
      ["proxy", "not me"],
      ["beside bytes", "a function at /value"],
      ["moved before", "bytes whose buffer was moved away at /data"],
      ["a map", "an object (Map) at /a~1b"],
      ["a set", "an object (Set) at /1"],
      ["numbers", "numbers in binary form (Float64Array) at /list"],
      ["no number", "NaN at /mean"],
      ["hole", "undefined at /list/1"],
      ["a promise", "an object (Promise) at /later: JSON does not see its content; await it"],
      ["an error", "an error (TypeError) at /error"],
      ["a secretive instance", "an object (Secretive) at /point"],
      ["too deep", "something nested deeper than 1000 levels at /a/a/a"],
    ])("says what JSON cannot hold and where it is: %s", async (kind, why) => {
      const { result } = await run("closure", { kind });
      const error = whatThrows(() => jsonOf(task("closure"), result));
      const detail = `Task closure returned something that JSON cannot hold: ${why}`;
      expect(error).toMatchObject({
        type: "task-failed",
        loggedDetail: expect.stringContaining(detail),
      });
      if (why !== "not me") return;
      expect(error.cause).toMatchObject({ stack: expect.stringMatching(/fixtures.outputs\.ts/) });
    });

    test.each([
      ["nothing", "null"],
      ["own JSON", '{"own":1}'],
      ["no JSON", "null"],
      ["nested bytes", '{"inner":[{"data":"AQ=="}]}'],
      ["own JSON beside bytes", '{"at":"1970-01-01T00:00:00.000Z","data":"AA=="}'],
      ["other bytes", '["AAA=","AA==","/w=="]'],
      ["an instance", '{"x":1,"y":2}'],
      ["deep", `${'{"a":'.repeat(1000)}"innermost"${"}".repeat(1000)}`],
    ])("returns %s as the same JSON, wherever it is written", async (kind, text) => {
      const { result } = await run("closure", { kind });
      expect(jsonOf(task("closure"), result)).toBe(text);
    });

    test.each([
      ["table", '"ChQe"'],
      ["wide", `{"wide":"${"BwcH".repeat(33_333)}Bw==","part":["Bwc="]}`],
      ["slice of a pool", '"cG9vbGVk"'],
      ["shared", '"AAAA"'],
      ["resizable", '"AAAA"'],
      ["wasm", '"AQAA"'],
      ["wasm, given away", `"AQAA${"A".repeat(87_378)}=="`],
      ["given away", '"AQID"'],
      ["given away twice", '{"bytes":"AQID","again":"AQID","part":"Ag=="}'],
      ["moved by Piscina", '"AQID"'],
      ["moved by Piscina, within", '{"data":"AQID"}'],
    ])("empties no bytes behind the task's back, run by run: %s", async (kind, text) => {
      for (let time = 0; time < 3; time++) {
        const { result } = await run("lends", { kind });
        expect(jsonOf(task("lends"), result)).toBe(text);
      }
    });

    test("returns bytes that the task can no longer write to", async () => {
      const { result } = await run("lends", { kind: "table" });
      const data = onlyBytesOf(task("lends"), result);
      data?.fill(0);
      const again = await run("lends", { kind: "table" });
      expect(jsonOf(task("lends"), again.result)).toBe('"ChQe"');
    });

    test("copies a default of the schema, and moves what the schema made", async () => {
      for (const [sent, sum] of [
        [{}, 6],
        [{ data: "BQU=" }, 10],
        [{}, 6],
      ] as const) {
        const { result } = await run("totals", checkInput(task("totals"), sent));
        expect(resultOf({ result })).toEqual({ sum });
      }
    });

    test("gives each run what setup made in its thread, once", async () => {
      const rans = await Promise.all(Array.from({ length: 8 }, () => run("counted", {})));
      const byThread = Map.groupBy(rans, ({ thread }) => thread);
      for (const those of byThread.values()) {
        const told = those.map((ran) => resultOf(ran) as { number: number; runs: number });
        const [{ number = 0, runs = 0 } = {}] = told;
        expect(told.map((each) => each.number)).toEqual(told.map(() => number));
        expect(told.map((each) => each.runs)).toEqual(told.map((_, index) => runs + index));
      }
    });

    test("tells the attempt, and has a signal", async () => {
      const told = async (attempt?: number) => {
        const events = { onStart: () => {}, ...(attempt && { attempt }) };
        return resultOf(await executor().run(task("counted"), {}, never, events));
      };
      expect(await told()).toMatchObject({ attempt: 1, isAborted: false });
      expect(await told(3)).toMatchObject({ attempt: 3, isAborted: false });
    });

    test("carries many runs at once, each with its own result", async () => {
      const values = Array.from({ length: 50 }, (_, index) => index);
      const rans = await Promise.all(values.map((value) => run("double", { value })));
      expect(rans.map(resultOf)).toEqual(values.map((v) => ({ value: 2 * v })));
    });
  });
}

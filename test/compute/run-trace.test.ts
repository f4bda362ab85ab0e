import { trace } from "@opentelemetry/api";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { systemClock } from "../../src/clock.ts";
import { Dispatcher } from "../../src/compute/dispatcher.ts";
import { InlineExecutor } from "../../src/compute/executors/inline.ts";
import type { RunRequest } from "../../src/compute/run-request.ts";
import { defineTask } from "../../src/tasks/define.ts";
import type { Task } from "../../src/tasks/task.ts";
import { Telemetry } from "../../src/telemetry/events.ts";
import { TestSdk } from "../helpers/traced.ts";

let sdk: TestSdk;
beforeEach(() => {
  sdk = new TestSdk();
});
afterEach(() => sdk[Symbol.dispose]());

const held = Promise.withResolvers<void>();
const input = z.object({});
const named = (name: string, run: Task["run"]) => defineTask({ name, input, run }) as Task;
/** Says in which span it computes. */
const seeing = named("seeing", () => trace.getActiveSpan()?.spanContext().spanId ?? null);
const waiting = named("waiting", () => held.promise);

const executor = new InlineExecutor();
const request = (task: Task, signal = new AbortController().signal): RunRequest => ({
  ...{ task, input: {}, executor, lane: "live", signal },
});

function dispatcherOf(maxPending = 10): Dispatcher {
  const times = { queueTimeoutMs: 60_000, runTimeoutMs: 60_000, hangTimeoutMs: 60_000 };
  const { tracing } = sdk;
  const shared = { clock: systemClock, telemetry: new Telemetry(), tracing };
  return new Dispatcher({ slots: 1, maxPending, ...times, ...shared });
}

test("a task computes in the span of its run, also after a wait behind another one", async () => {
  const dispatcher = dispatcherOf();
  const outer = sdk.tracing.begin("outer", { kind: "INTERNAL" });
  const first = outer.within(() => dispatcher.run(request(waiting)));
  const second = outer.within(() => dispatcher.run(request(seeing)));
  const third = sdk.tracing.begin("other", { kind: "INTERNAL", parent: null });
  const last = third.within(() => dispatcher.run(request(seeing)));
  held.resolve();
  await first;
  const [two, three] = [await second, await last];
  const runs = sdk.spans.filter(({ name }) => name === "run seeing");
  expect(runs).toMatchObject([
    { spanId: two.result, parent: outer.ids.spanId, traceId: outer.ids.traceId },
    { spanId: three.result, parent: third.ids.spanId, traceId: third.ids.traceId },
  ]);
});

test("a run that is refused has a wait that failed, and no run", async () => {
  const dispatcher = dispatcherOf(0);
  const under = dispatcher.run(request(named("short", () => null)));
  await expect(dispatcher.run(request(seeing))).rejects.toMatchObject({ type: "overloaded" });
  await under;
  const spans = sdk.spans.filter(({ name }) => name.endsWith("seeing"));
  const attributes = { "error.type": "overloaded", "manycore.outcome": "overloaded" };
  expect(spans).toMatchObject([{ name: "queue seeing", status: 2, attributes }]);
});

test("a run that its client leaves is cancelled, which is no error", async () => {
  const dispatcher = dispatcherOf();
  const gone = new AbortController();
  const under = dispatcher.run(request(named("short", () => null)));
  const dropped = dispatcher.run(request(seeing, gone.signal));
  gone.abort(new Error("The client has gone"));
  await expect(dropped).rejects.toThrow("The client has gone");
  await under;
  const spans = sdk.spans.filter(({ name }) => name.endsWith("seeing"));
  const attributes = { "manycore.outcome": "cancelled" };
  expect(spans).toMatchObject([{ name: "queue seeing", status: 0, attributes }]);
});

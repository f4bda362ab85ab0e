import { afterEach, beforeEach, expect, test } from "vitest";
import { AppError } from "../../../src/errors.ts";
import type { TraceSpan } from "../../../src/telemetry/tracing/trace-span.ts";
import { TestSdk } from "../../helpers/traced.ts";
import { ServerInMemory, type WorkerInMemory } from "./server-in-memory.ts";

let sdk: TestSdk;
let server: ServerInMemory;
let one: WorkerInMemory;
let two: WorkerInMemory;
beforeEach(() => {
  sdk = new TestSdk();
  server = new ServerInMemory(2, 1, { tracing: sdk.tracing });
  [one, two] = server.workers as [WorkerInMemory, WorkerInMemory];
});
afterEach(() => sdk[Symbol.dispose]());

/** The second of two runs computes in the other worker, as part of this span. */
async function lend(): Promise<TraceSpan> {
  const request = sdk.tracing.begin("request", { kind: "SERVER", parent: null });
  server.send(one, "long");
  request.within(() => server.send(one, "long"));
  await server.settle();
  expect(server.computing.get(2)?.worker).toBe(2);
  return request;
}

const spansOf = ({ ids: { traceId } }: TraceSpan) =>
  sdk.spans.filter((span) => span.traceId === traceId);

test("the wait and the run in another worker are part of the request, one after the other", async () => {
  const request = await lend();
  server.computing.get(2)?.end();
  await server.settle();
  const [run, queue, ...more] = spansOf(request);
  expect(more).toEqual([]);
  const part = { traceId: request.ids.traceId, parent: request.ids.spanId, status: 0 };
  expect(queue).toMatchObject({ ...part, name: "queue long" });
  expect(run).toMatchObject({ ...part, name: "run long" });
  expect(run?.attributes).toMatchObject({ "manycore.outcome": "succeeded" });
});

test("of a run that fails in another worker, the run has failed and not the wait", async () => {
  const request = await lend();
  server.computing.get(2)?.fail(new AppError("task-failed", "failed"));
  await server.settle();
  expect(spansOf(request)).toMatchObject([
    { name: "run long", status: 2, attributes: { "error.type": "task-failed" } },
    { name: "queue long", status: 0 },
  ]);
});

test("of a run that is lost with its worker, the wait has the error", async () => {
  const request = await lend();
  two.kill();
  await server.settle();
  const attributes = { "error.type": "worker-lost" };
  expect(spansOf(request)).toMatchObject([{ name: "queue long", status: 2, attributes }]);
});

test("a run that comes back has one wait, which goes on", async () => {
  two.hold();
  const request = sdk.tracing.begin("request", { kind: "SERVER", parent: null });
  server.send(one, "long");
  request.within(() => server.send(one, "long"));
  await server.settle();
  two.letGo();
  server.send(two, "long"); // Its own run goes first.
  await server.settle();
  server.computing.get(1)?.end();
  await server.settle();
  server.computing.get(2)?.end();
  await server.settle();
  expect(spansOf(request).map(({ name }) => name)).toEqual(["queue long", "run long"]);
});

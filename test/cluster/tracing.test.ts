/** Spans of a real server, with an SDK that its user has preloaded. */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PlainSpan } from "../fixtures/tracing/plain-span.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { jobEnd, submitJob } from "../helpers/job-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";
import { WebhookReceiver } from "../helpers/webhook-receiver.ts";

const fixture = (name: string) => new URL(`../fixtures/tracing/${name}`, import.meta.url).pathname;
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const headers = {
  traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
  authorization: "Bearer SECRET",
};
const [server, client, consumer] = [1, 2, 4];

const folder = new Folder();
let spans: PlainSpan[] = [];
let log: Record<string, unknown>[] = [];
let webhook: Readonly<Record<string, string>> = {};
let traceresponse: string | null = null;

/** Everything happens once, in one server. Its spans are written when it stops. */
beforeAll(async () => {
  await using receiver = await WebhookReceiver.listen();
  const flags = ["--mode", "hybrid", "--workers", "1", "--threads", "1", "--access-log", "all"];
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`, "--webhooks", "127.0.0.1"];
  writeFileSync(folder.file("secret"), `whsec_${Buffer.alloc(32, 7).toString("base64")}\n`);
  queue.push("--webhook-secret-file", folder.file("secret"));
  const env = { NODE_OPTIONS: `--import=${fixture("sdk.ts")}`, SPANS_FILE: folder.file("spans") };
  await using running = await ServerProcess.start(
    [...flags, ...queue, "--tasks", fixture("tasks.ts")],
    env,
  );
  const call = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, running.url), { headers, ...init });
  const hashed = await call("/hash?input=SECRET&iterations=1");
  traceresponse = hashed.headers.get("traceresponse");
  await hashed.text();
  for (const executor of ["inline", "threads"]) {
    await (await call(`/tasks/spanned?executor=${executor}`, { method: "POST" })).text();
  }
  await (await call("/tasks/failing", { method: "POST" })).text();
  const onEnd = { url: `${receiver.url}/SECRET` };
  const job = await submitJob(running, "spanned", {}, { onEnd });
  await jobEnd(running, job.id);
  [{ headers: webhook } = { headers: {} }] = await receiver.arrived(1);
  running.child.kill("SIGTERM");
  await running.exited;
  ({ log } = running);
  const lines = readFileSync(folder.file("spans"), "utf8").trimEnd().split("\n");
  spans = lines.map((line) => JSON.parse(line) as PlainSpan);
});

afterAll(() => folder[Symbol.dispose]());

const named = (name: string) => spans.filter((span) => span.name === name);
const childrenOf = ({ spanId }: PlainSpan) => spans.filter(({ parent }) => parent === spanId);

/** The only span with this name, and of this path. */
function only(name: string, path?: string): PlainSpan {
  const isMeant = ({ attributes }: PlainSpan) => !path || attributes["url.path"] === path;
  const [span, ...more] = named(name).filter(isMeant);
  if (!span || more.length > 0) throw new Error(`${more.length + 1} of ${name}`);
  return span;
}

test("the SDK is loaded where spans are made, and not where jobs are written", () => {
  const loaded = readFileSync(`${folder.file("spans")}-threads`, "utf8");
  expect(loaded).toMatch(/^\d+ $/m); // The main thread of a process.
  expect(loaded).not.toMatch(/^\d+ queue$/m);
});

test("a request is a span of the client's trace, and its answer names it", () => {
  const span = only("GET /hash");
  expect(span).toMatchObject({ kind: server, traceId, parent: "00f067aa0ba902b7", status: 0 });
  expect(span.attributes).toMatchObject({
    "http.request.method": "GET",
    "http.route": "/hash",
    "http.response.status_code": 200,
    "url.path": "/hash",
    "url.scheme": "http",
    "server.address": "127.0.0.1",
    "server.port": expect.any(Number),
    "client.address": "127.0.0.1",
    "network.protocol.version": "1.1",
    "user_agent.original": "node",
  });
  expect(traceresponse).toBe(`00-${traceId}-${span.spanId}-01`);
});

test("the wait for a slot and the run are inside, one after the other", () => {
  const [queue, run, ...more] = childrenOf(only("GET /hash"));
  expect(more).toEqual([]);
  expect(queue).toMatchObject({ name: "queue hash", kind: 0, status: 0 });
  expect(run).toMatchObject({ name: "run hash", kind: 0, status: 0 });
  // The SDK rounds the start of a span down to a millisecond.
  expect(run?.startMs).toBeGreaterThan((queue?.endMs ?? Number.NaN) - 2);
  expect(run?.attributes).toMatchObject({
    "manycore.task": "hash",
    "manycore.executor": "threads",
    "manycore.lane": "live",
    "manycore.thread": expect.any(Number),
    "manycore.cpu_seconds": expect.any(Number),
  });
});

test("what a task makes is inside its run, on the event loop and in a thread", () => {
  const runs = named("run spanned");
  const executors = runs.map(({ attributes }) => attributes["manycore.executor"]);
  expect(executors.sort()).toEqual(["inline", "threads", "threads"]);
  for (const run of runs) {
    expect(childrenOf(run).map(({ name }) => name)).toEqual(["at once", "later"]);
  }
});

test("a failure is an error of the run and of the request, and its message is not told", () => {
  const request = only("POST /tasks/:task", "/tasks/failing");
  expect(request).toMatchObject({ status: 2, attributes: { "error.type": "task-failed" } });
  expect(only("run failing")).toMatchObject({
    status: 2,
    attributes: { "error.type": "task-failed" },
  });
});

test("an attempt of a job is in the trace of its submission, and so is its webhook", () => {
  const submission = only("POST /jobs");
  const attempt = only("attempt spanned");
  expect(attempt).toMatchObject({ kind: consumer, parent: submission.spanId, status: 0 });
  expect(attempt.attributes).toMatchObject({
    "manycore.job.attempt": 1,
    "manycore.job.ending": "succeeded",
  });
  expect(childrenOf(attempt).map(({ name }) => name)).toEqual(["queue spanned", "run spanned"]);
  const sent = only("POST");
  expect(sent).toMatchObject({ kind: client, parent: submission.spanId, status: 0 });
  expect(webhook["traceparent"]).toBe(`00-${submission.traceId}-${sent.spanId}-01`);
});

test("a line of the log has the ids of its span", () => {
  const { spanId } = only("GET /hash");
  const line = log.find((each) => each["url.path"] === "/hash");
  expect(line).toMatchObject({ trace_id: traceId, span_id: spanId });
  const failure = log.find(({ level }) => level === "error");
  expect(failure).toMatchObject({ trace_id: traceId, span_id: expect.any(String) });
});

test("no span has a query, a header or a message", () => {
  expect(JSON.stringify(spans)).not.toContain("SECRET");
});

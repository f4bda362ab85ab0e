import { describe, expect, test } from "vitest";
import { shareOf } from "../../../src/page/jobs/job/share.ts";
import { kindOf } from "../../../src/page/output/kind.ts";
import { requestOf } from "../../../src/page/try/request.ts";
import { readServerTiming, sayRun } from "../../../src/page/try/run-facts.ts";

test.each([
  ["application/json", "json"],
  ["application/geo+json; charset=utf-8", "json"],
  ["image/SVG+xml", "image"],
  ["image/png", "image"],
  ["image/tiff", "bytes"],
  ["text/html; charset=utf-8", "text"],
  ["application/octet-stream", "bytes"],
  ["", "bytes"],
])("an output of type %s is shown as %s", (type, kind) => {
  expect(kindOf(type)).toBe(kind);
});

test("the facts of a run, from its answer or from its header", () => {
  expect(readServerTiming("queue;dur=0.172, run;dur=2, cpu;dur=1.9")).toEqual({
    ...{ queuedMs: 0.172, ranMs: 2, cpuMs: 1.9 },
  });
  expect(sayRun(readServerTiming(null))).toContain("CPU not known");
  const run = { worker: 2, pid: 7, thread: 3, executor: "threads" };
  expect(sayRun({ ...run, queuedMs: 0, ranMs: 1500, cpuMs: null })).toEqual([
    ...["worker 2, pid 7, thread 3", "executor threads"],
    ...["waited 0 ms", "took 1.5 s", "CPU not known"],
  ]);
});

test.each([
  [{ done: 1, of: 4 }, 0.25],
  [{ done: 5, total: 4 }, 1],
  [0.5, 0.5],
  [40, 0.4],
  [{ done: 1, of: 0 }, null],
  [-1, null],
  ["half", null],
  [null, null],
])("a progress of %j is a share of %j", (progress, share) => {
  expect(shareOf(progress)).toBe(share);
});

describe("the request of a form", () => {
  const input = { limit: 10 };

  test("runs a task, or submits a job of it", () => {
    const json = { task: "a b", sent: { kind: "json", input } } as const;
    const run = requestOf({ ...json, isJob: false });
    expect([run.path, run.init.body]).toEqual(["server/tasks/a%20b", '{"limit":10}']);
    const job = requestOf({ ...json, isJob: true });
    expect([job.path, job.init.body]).toEqual([
      "server/jobs",
      '{"task":"a b","input":{"limit":10}}',
    ]);
  });

  test("sends a file as it is, with its parameters in the query", () => {
    const file = new File(["a,b"], "a.csv");
    const sent = { kind: "bytes", file: "a.csv", type: "text/csv", query: { by: "a&b" } } as const;
    const { path, init } = requestOf({ task: "sums", isJob: true, sent, file });
    expect(path).toBe("server/tasks/sums?by=a%26b");
    expect(init.body).toBe(file);
    expect(init.headers).toMatchObject({ "Content-Type": "text/csv", Prefer: "respond-async" });
  });
});

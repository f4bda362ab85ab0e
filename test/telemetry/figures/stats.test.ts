import { expect, test } from "vitest";
import { statsOf } from "../../../src/telemetry/figures/stats.ts";
import { fullFigures, queueStats } from "../../helpers/figures.ts";

test("counters are rows with a count, histograms with a count and a mean", () => {
  const figures = fullFigures();
  const stats = statsOf(figures, queueStats);
  const run = { task: "hash", executor: "inline", lane: "live" };
  expect(stats).toMatchObject({
    ...{ server: figures.server, workers: figures.workers, jobs: queueStats },
    runs: [{ ...run, outcome: "succeeded", count: 3 }],
    runTimes: [{ ...run, count: 3, meanMs: expect.closeTo(5166.67) }],
    queueTimes: [{ ...run, count: 3 }],
    requests: [{ method: "GET", route: "/hash", status: "200", count: 3 }],
    lentRuns: [{ worker: "1", task: "hash", ending: "some", count: 3 }],
    borrowedRuns: [{ worker: "1", task: "hash", outcome: "succeeded", count: 3 }],
    workerRestarts: [{ reason: "some", count: 3 }],
  });
});

test("what has not happened yet is an empty list", () => {
  const { workers: _, ...stats } = statsOf({ ...fullFigures(), counted: [] }, null);
  expect(stats).toMatchObject({ runs: [], requests: [], workerRestarts: [], jobs: null });
});

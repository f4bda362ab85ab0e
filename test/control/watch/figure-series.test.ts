import { beforeEach, expect, test } from "vitest";
import type { Life } from "../../../src/channel/life.ts";
import { FigureSeries } from "../../../src/control/thread/watch/figure-series.ts";
import type { CountedMetric, WorkerFigures } from "../../../src/telemetry/figures/figures.ts";
import { observe, SeriesTable } from "../../../src/telemetry/figures/series-table.ts";
import { fullFigures, queueStats, stateOf } from "../../helpers/figures.ts";

const [runs, waits] = [
  "manycore_run_duration_seconds",
  "manycore_run_queue_duration_seconds",
] as const;

/** CPU time by pid; the system tells no other. */
let cpuMs: Record<number, number>;
let tables: { readonly runs: SeriesTable<typeof runs>; readonly waits: SeriesTable<typeof waits> };
let series: FigureSeries;
let clockMs: number;

beforeEach(() => {
  cpuMs = {};
  tables = { runs: new SeriesTable(runs), waits: new SeriesTable(waits) };
  series = new FigureSeries((pid) => cpuMs[pid]);
  clockMs = 5000;
});

function workerOf(life: number, given: Partial<WorkerFigures> = {}): WorkerFigures {
  return {
    ...{ worker: life, life: life as Life, pid: 100 + life, stage: "ready" },
    ...{ uptimeMs: clockMs, snapshotAgeMs: 40.123, state: stateOf({}) },
    ...{ runs: { ended: 0, refused: 0 }, ...given },
  };
}

/** What is seen of these workers a second later. */
function next(...workers: readonly WorkerFigures[]) {
  clockMs += 1000;
  const counted: CountedMetric[] = [tables.runs.read(), tables.waits.read()];
  const figures = { ...fullFigures(), workers, counted };
  return series.next({ at: 1_800_000_000_000, clockMs, figures, jobs: queueStats, maxPending: 64 });
}

const end = (ms: number) => {
  observe(tables.runs.of("hash", "inline", "live"), ms / 1000);
  observe(tables.waits.of("hash", "inline", "live"), 0);
};

test("the first figures have what is so now, and no rates", () => {
  end(20);
  const state = stateOf({ busySlots: 1, pending: 3, connections: 5 });
  cpuMs = { 101: 900 };
  expect(next(workerOf(1, { state }))).toEqual({
    at: 1_800_000_000_000,
    workers: [
      {
        ...{ worker: 1, life: 1, pid: 101, stage: "ready", slots: 1, busySlots: 1, pending: 3 },
        ...{ connections: 5, runsPerSecond: 0, cores: null, rssBytes: 80_000_000 },
        ...{ loopDelayMs: { p50: 1, p99: 3, max: 9 }, ageMs: 40.12 },
      },
    ],
    runs: { perSecond: 0, refusedPerSecond: 0, queuedMs: null, ranMs: null },
    ...{ pending: 3, maxPending: 64, jobs: { queued: 1, running: 0 } },
  });
});

test("the next ones have what has ended since", () => {
  next(workerOf(1), workerOf(2));
  for (let at = 0; at < 30; at++) end(20);
  const seen = next(
    workerOf(1, { runs: { ended: 20, refused: 4 } }),
    workerOf(2, { runs: { ended: 10, refused: 0 } }),
  );
  expect(seen.workers.map(({ runsPerSecond }) => runsPerSecond)).toEqual([20, 10]);
  expect(seen.runs).toMatchObject({ perSecond: 30, refusedPerSecond: 4, queuedMs: { p50: 0 } });
  expect(seen.runs.ranMs?.p50).toBeCloseTo(20, 6);
  expect(next(workerOf(1, { runs: { ended: 20, refused: 4 } })).runs.ranMs).toBeNull();
});

test("cores are those of the system, also while a worker says nothing", () => {
  cpuMs = { 101: 400 };
  const silent = workerOf(1);
  next(silent);
  cpuMs = { 101: 1380 };
  const [worker] = next({ ...silent, snapshotAgeMs: 1040 }).workers;
  expect(worker).toMatchObject({ cores: 0.98, ageMs: 1040 });
});

test("where the system does not tell, they are those of the worker", () => {
  next(workerOf(1, { state: stateOf({ cpuMs: 300 }) }));
  const [worker] = next(workerOf(1, { state: stateOf({ cpuMs: 550 }) })).workers;
  expect(worker?.cores).toBe(0.25);
});

test("a worker that is gone is forgotten, and its successor begins anew", () => {
  cpuMs = { 101: 90_000, 102: 100 };
  next(workerOf(1));
  const seen = next(workerOf(2, { worker: 1 }));
  expect(seen.workers).toMatchObject([{ worker: 1, life: 2, cores: null, runsPerSecond: 0 }]);
});

test("a worker that boots has zeros, and takes no waiting runs", () => {
  const booting = { stage: "booting", snapshotAgeMs: null, state: null } as const;
  const seen = next(workerOf(1), workerOf(2, booting));
  expect(seen.workers[1]).toMatchObject({ stage: "booting", slots: 0, rssBytes: 0, ageMs: null });
  expect(seen.maxPending).toBe(64);
});

test("without jobs there are no jobs", () => {
  const reading = { at: 1, clockMs, figures: fullFigures(), maxPending: 64 };
  expect(series.next({ ...reading, jobs: null }).jobs).toBeNull();
});

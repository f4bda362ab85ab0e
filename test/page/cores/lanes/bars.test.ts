import { describe, expect, test } from "vitest";
import { drawRow } from "../../../../src/page/cores/lanes/bars.ts";
import { placeRows, TimeScale } from "../../../../src/page/cores/lanes/geometry.ts";
import { Lanes } from "../../../../src/page/seen/lanes/lanes.ts";
import type { SeenGroup, SeenRun } from "../../../../src/telemetry/watch/seen.ts";
import { groupOf, runOf, runsOf } from "../../seen-events.ts";

/** What is drawn of them in the time from 0 to 10 s, with 10 ms in a pixel, from 150 to 1,150. */
function drawn(runs: readonly SeenRun[], groups: readonly SeenGroup[] = []) {
  const lanes = new Lanes();
  lanes.takeRuns(runsOf(1, runs, groups));
  const geometry = placeRows(lanes.tracks, 1151);
  const scale = new TimeScale({ until: 10_000, spanMs: 10_000 }, geometry, 1);
  const [placed] = geometry.rows;
  if (!placed) throw new Error("There is no row");
  return drawRow(placed.row, scale);
}

describe("bars", () => {
  test("a run is a bar of its time; one that runs ends at the right edge", () => {
    const { bars } = drawn([runOf(1, 1000, 2000), runOf(2, 9000, null)]);
    expect(bars).toMatchObject([
      { left: 250, right: 350, share: 1, task: "hash", lane: "live", hasFailed: false },
      { left: 1050, right: 1150, share: 1 },
    ]);
    expect(bars.map(({ piece }) => piece?.kind)).toEqual(["run", "run"]);
  });

  test("what is cut off by an edge is drawn up to it, and what is past it is not drawn", () => {
    const { bars } = drawn([
      runOf(1, -5000, -1),
      runOf(2, 0, 500),
      runOf(3, 9900, 12_000),
      runOf(4, 12_000, null),
    ]);
    expect(bars.map(({ left, right }) => [left, right])).toEqual([
      [150, 200],
      [1140, 1150],
    ]);
  });

  test("a long run that began before is there", () => {
    expect(drawn([runOf(1, -60_000, null)]).bars).toMatchObject([{ left: 150, right: 1150 }]);
  });

  test("a group is as high as its share of busy time", () => {
    const { bars } = drawn([], [groupOf(1000, 2000, { busyMs: 250, failed: 2, lane: "jobs" })]);
    expect(bars).toMatchObject([
      { left: 250, right: 350, share: 0.25, lane: "jobs", hasFailed: true },
    ]);
  });

  test("runs too short for a bar of their own share one, and keep their share", () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      runOf(index, 1000 + 20 * index, 1010 + 20 * index),
    );
    const { bars } = drawn(many);
    expect(bars).toHaveLength(1);
    expect(bars[0]).toMatchObject({ left: 250, piece: null });
    expect(bars[0]?.right).toBeCloseTo(449, 0);
    expect(bars[0]?.share).toBeGreaterThan(0.4);
    expect(bars[0]?.share).toBeLessThan(0.6);
  });

  test("not with runs of other tasks, or of the other lane, or far away", () => {
    const { bars } = drawn([
      runOf(1, 1000, 1005),
      runOf(2, 1010, 1015, { task: "primes" }),
      runOf(3, 1020, 1025, { task: "primes", lane: "jobs" }),
      runOf(4, 2000, 2005, { task: "primes", lane: "jobs", outcome: "/problems/task-failed" }),
    ]);
    expect(bars.map(({ task, lane, hasFailed }) => [task, lane, hasFailed])).toEqual([
      ["hash", "live", false],
      ["primes", "live", false],
      ["primes", "jobs", false],
      ["primes", "jobs", true],
    ]);
  });
});

describe("waits", () => {
  test("a run's wait goes from when it was accepted to its start", () => {
    const { waits } = drawn([runOf(1, 2000, 3000, { acceptedAt: 1000 }), runOf(2, 4000, 5000)]);
    expect(waits).toEqual([{ left: 250, right: 350 }]);
  });

  test("waits that overlap are one line, also behind the runs before", () => {
    const runs = [1, 2, 3].map((run) =>
      runOf(run, 1000 * run, 1000 * run + 900, { acceptedAt: 500 }),
    );
    expect(drawn(runs).waits).toEqual([{ left: 200, right: 450 }]);
  });

  test("a group has waited on average", () => {
    const { waits } = drawn([], [groupOf(2000, 2100, { count: 10, queuedMs: 5000 })]);
    expect(waits).toEqual([{ left: 300, right: 350 }]);
  });
});

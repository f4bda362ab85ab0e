import { describe, expect, test } from "vitest";
import { tiles } from "../../../../src/page/cores/tiles/tiles.ts";
import type { SeenFigures, SeenPace } from "../../../../src/telemetry/watch/seen.ts";
import { figuresOf, workerOf } from "../../seen-events.ts";

function read(title: string, figures: SeenFigures, before: readonly SeenFigures[] = []) {
  const tile = tiles.find((each) => each.title === title);
  if (!tile) throw new Error(`There is no tile ${title}`);
  return tile.read(figures, [...before, figures]);
}

function paceOf(pace: Partial<SeenPace>): SeenFigures {
  const runs = { perSecond: 0, refusedPerSecond: 0, queuedMs: null, ranMs: null, ...pace };
  return figuresOf(0, [workerOf(1)], { runs });
}

test("nothing worries on a server at rest, and each tile says when to worry", () => {
  for (const { title, means, read: readTile } of tiles) {
    const figures = figuresOf(0, [workerOf(1)]);
    expect(readTile(figures, [figures]).worry).toBe(null);
    if (title !== "Runs") expect(means).toContain("Worry");
  }
});

describe("runs", () => {
  test("what is not known is a dash", () => {
    expect(read("Queue wait", paceOf({}))).toEqual({ value: "–", worry: null });
    expect(read("Event-loop delay", figuresOf(0, []))).toEqual({ value: "–", worry: null });
  });

  test.each([
    [{ p50: 300, p99: 900 }, { p50: 100, p99: 120 }, true],
    [{ p50: 90, p99: 900 }, { p50: 100, p99: 120 }, false],
    [{ p50: 15, p99: 19 }, { p50: 1, p99: 2 }, false],
  ])("a wait of %j beside runs of %j: worry is %s", (queuedMs, ranMs, worries) => {
    const reading = read("Queue wait", paceOf({ queuedMs, ranMs }));
    expect(reading.worry !== null).toBe(worries);
    expect(reading.value).toBe(`${queuedMs.p50} ms`);
  });

  test("a few runs of ten times the median", () => {
    expect(read("Run time", paceOf({ ranMs: { p50: 20, p99: 250 } })).worry).toContain("ten times");
    expect(read("Run time", paceOf({ ranMs: { p50: 2, p99: 60 } })).worry).toBe(null);
  });

  test("any that is refused", () => {
    expect(read("Refused", paceOf({ refusedPerSecond: 0.4 }))).toMatchObject({ value: "0.4/s" });
    expect(read("Refused", paceOf({ refusedPerSecond: 0.4 })).worry).toContain("full");
  });

  test.each([
    [79, false],
    [80, true],
  ])("a line of %s of 100: worry is %s", (pending, worries) => {
    const reading = read("Waiting", figuresOf(0, [], { pending, maxPending: 100 }));
    expect(reading).toMatchObject({ value: String(pending), also: "of 100" });
    expect(reading.worry !== null).toBe(worries);
  });
});

describe("workers", () => {
  test("the worst event loop counts", () => {
    const late = workerOf(2, { loopDelayMs: { p50: 3, p99: 480, max: 900 } });
    const reading = read("Event-loop delay", figuresOf(0, [workerOf(1), late]));
    expect(reading).toMatchObject({ value: "480 ms", also: "worker 2" });
    expect(reading.worry).toContain("hold the event loop");
  });

  test("free slots beside waiting runs worry if they last", () => {
    const idle = (at: number) =>
      figuresOf(at, [workerOf(1, { busySlots: 1, cores: 0.99 }), workerOf(2)], { pending: 5 });
    expect(read("CPU", idle(3), [idle(1), idle(2)]).worry).toBe(null);
    const reading = read("CPU", idle(4), [idle(1), idle(2), idle(3)]);
    expect(reading).toMatchObject({ value: "0.99", also: "cores, 1 of 2 slots busy" });
    expect(reading.worry).toContain("free");
  });

  test("memory that has only grown, in five minutes or more", () => {
    const at = (ms: number, rssBytes: number) => figuresOf(ms, [workerOf(1, { rssBytes })]);
    const worryOf = (...history: readonly SeenFigures[]) =>
      read("Memory", history.at(-1) as SeenFigures, history.slice(0, -1)).worry;
    expect(worryOf(at(0, 1e8), at(299_000, 2e8))).toBe(null);
    expect(worryOf(at(0, 1e8), at(301_000, 2e8))).toContain("--max-rss");
    expect(worryOf(at(0, 1e8), at(200_000, 2.4e8), at(301_000, 2e8))).toBe(null);
  });
});

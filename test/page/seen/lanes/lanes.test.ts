import { beforeEach, describe, expect, test } from "vitest";
import { Lanes } from "../../../../src/page/seen/lanes/lanes.ts";
import { hasFailed, type Piece } from "../../../../src/page/seen/lanes/piece.ts";
import { figuresOf, groupOf, markOf, runOf, runsOf, workerOf } from "../../seen-events.ts";

let lanes: Lanes;
beforeEach(() => {
  lanes = new Lanes();
});

/** All pieces, by track and row. */
function pieces(): readonly (readonly (readonly Piece[])[])[] {
  return lanes.tracks.map(({ rows }) => rows.map((row) => row.pieces));
}

function shape() {
  return lanes.tracks.map(({ worker, lives, rows }) => ({
    worker,
    lives: lives.map(({ life }) => life),
    rows: rows.map((row) => row.pieces.map(({ from, to }) => [from, to])),
  }));
}

describe("runs", () => {
  test("a run is told at its start and at its end, and is one piece", () => {
    lanes.takeRuns(runsOf(1, [runOf(1, 100, null)]));
    expect(shape()).toEqual([{ worker: 1, lives: [1], rows: [[[100, null]]] }]);
    lanes.takeRuns(runsOf(1, [runOf(1, 100, 300)]));
    expect(shape()).toEqual([{ worker: 1, lives: [1], rows: [[[100, 300]]] }]);
    expect(pieces()[0]?.[0]?.every(hasFailed)).toBe(false);
  });

  test("one of whose start nothing was heard is a piece too; late ones go to their place", () => {
    lanes.takeRuns(runsOf(1, [runOf(3, 300, 400), runOf(2, 100, 200)]));
    expect(shape()[0]?.rows).toEqual([
      [
        [100, 200],
        [300, 400],
      ],
    ]);
  });

  test("each slot has a row, the idle ones too, and so does each worker", () => {
    lanes.takeFigures(figuresOf(50, [workerOf(2), workerOf(1, { slots: 2 })]));
    lanes.takeRuns(runsOf(1, [runOf(1, 100, 200, { row: 1 })]));
    expect(shape()).toEqual([
      { worker: 1, lives: [1], rows: [[], [[100, 200]]] },
      { worker: 2, lives: [2], rows: [[]] },
    ]);
  });

  test("groups are pieces, and tasks keep the order in which they were seen", () => {
    lanes.takeRuns(runsOf(1, [runOf(1, 0, 9)], [groupOf(10, 110, { task: "words", failed: 1 })]));
    lanes.takeRuns(runsOf(1, [runOf(2, 120, 130, { task: "primes" })]));
    expect(lanes.tasks).toEqual(["hash", "words", "primes"]);
    expect(pieces()[0]?.[0]?.map(hasFailed)).toEqual([false, true, false]);
  });

  test("a slot holds one run: of one that goes on, the end was missed", () => {
    lanes.takeRuns(runsOf(1, [runOf(1, 100, null)]));
    lanes.takeRuns(runsOf(1, [runOf(2, 300, 400)]));
    expect(shape()[0]?.rows).toEqual([
      [
        [100, 300],
        [300, 400],
      ],
    ]);
    expect(pieces()[0]?.[0]?.map(hasFailed)).toEqual([true, false]);
  });
});

test("a run whose end was missed is forgotten with its piece", () => {
  lanes.takeRuns(runsOf(1, [runOf(1, 100, null)]));
  lanes.takeRuns(runsOf(1, [runOf(2, 300, 400)]));
  lanes.takeFigures(figuresOf(100_000, [workerOf(1)]));
  lanes.takeRuns(runsOf(1, [runOf(1, 100, 99_000)]));
  expect(shape()[0]?.rows).toEqual([[[100, 99_000]]]);
});

describe("lives", () => {
  test("what a worker runs ends with it, whatever is heard of it later", () => {
    lanes.takeRuns(runsOf(1, [runOf(1, 100, null)]));
    lanes.takeMark(markOf(250, "ended", 1, { reason: "crashed" }));
    lanes.takeRuns(runsOf(1, [runOf(2, 240, null)]));
    expect(shape()[0]?.rows).toEqual([
      [
        [100, 250],
        [240, 250],
      ],
    ]);
    expect(pieces()[0]?.[0]?.every(hasFailed)).toBe(true);
  });

  test("figures without a worker tell that it has ended", () => {
    lanes.takeFigures(figuresOf(50, [workerOf(1), workerOf(2)]));
    lanes.takeRuns(runsOf(1, [runOf(1, 100, null)]));
    lanes.takeFigures(figuresOf(1000, [workerOf(2)]));
    expect(lanes.tracks.map(({ isOver }) => isOver)).toEqual([true, false]);
    expect(shape()[0]?.rows).toEqual([[[100, 1000]]]);
  });

  test("the next one in the place goes on in its rows", () => {
    lanes.takeRuns(runsOf(1, [runOf(1, 100, 200)]));
    lanes.takeMark(markOf(250, "ended", 1));
    lanes.takeMark(markOf(300, "ready", 7, { worker: 1 }));
    lanes.takeRuns({ ...runsOf(7, [runOf(1, 400, 500)]), worker: 1 });
    expect(shape()).toEqual([
      {
        worker: 1,
        lives: [1, 7],
        rows: [
          [
            [100, 200],
            [400, 500],
          ],
        ],
      },
    ]);
  });

  test("two lives in one place, as in a reload, have rows of their own", () => {
    lanes.takeRuns(runsOf(1, [runOf(1, 100, null)]));
    lanes.takeMark(markOf(300, "ready", 7, { worker: 1 }));
    expect(shape().map(({ lives }) => lives)).toEqual([[1], [7]]);
  });

  test("the earlier life is above, in whatever order they were seen", () => {
    lanes.takeRuns({ ...runsOf(7, [runOf(1, 400, null)]), worker: 1 });
    lanes.takeRuns(runsOf(1, [runOf(1, 100, null)]));
    expect(shape().map(({ lives }) => lives)).toEqual([[1], [7]]);
  });

  test("a worker that boots has no row yet", () => {
    lanes.takeFigures(figuresOf(50, [workerOf(1, { stage: "booting", pid: null })]));
    lanes.takeMark(markOf(60, "forked", 1));
    expect(lanes.tracks).toEqual([]);
  });

  test("another server takes the places; what was seen of the old one stays for a while", () => {
    lanes.takeRuns(runsOf(1, [runOf(1, 100, null)]));
    lanes.endServer(900);
    lanes.takeRuns(runsOf(1, [runOf(1, 5000, null)]));
    expect(shape()).toEqual([
      {
        worker: 1,
        lives: [1, 1],
        rows: [
          [
            [100, 900],
            [5000, null],
          ],
        ],
      },
    ]);
  });
});

describe("time", () => {
  test("what has left the sight is forgotten, with the rows of workers that have ended", () => {
    lanes.takeRuns(runsOf(1, [runOf(1, 1000, 2000), runOf(2, 3000, null)]));
    lanes.takeRuns(runsOf(2, [runOf(1, 1000, 2000)]));
    lanes.takeMark(markOf(2500, "ended", 2));
    lanes.takeFigures(figuresOf(70_000, [workerOf(1)]));
    expect(shape()).toEqual([{ worker: 1, lives: [1], rows: [[[3000, null]]] }]);
    expect(lanes.ticks).toEqual([]);
  });

  test("a copy stands still", () => {
    lanes.takeRuns(runsOf(1, [runOf(1, 1000, 2000)]));
    const copy = lanes.copy();
    lanes.takeRuns(runsOf(1, [runOf(2, 3000, 4000, { task: "primes", row: 1 })]));
    lanes.takeFigures(figuresOf(90_000, [workerOf(1)]));
    expect(copy.tracks.map(({ rows }) => rows.map((row) => row.pieces.length))).toEqual([[1]]);
    expect(copy.tasks).toEqual(["hash"]);
  });

  test("each change has a version of its own", () => {
    const versions = new Set([lanes.version]);
    lanes.takeRuns(runsOf(1, [runOf(1, 1000, 2000)]));
    versions.add(lanes.version);
    lanes.takeMark(markOf(2500, "reload", null));
    versions.add(lanes.version);
    lanes.clear();
    versions.add(lanes.version);
    expect(versions.size).toBe(4);
    expect(lanes.tracks).toEqual([]);
  });
});

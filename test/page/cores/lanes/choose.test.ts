import { describe, expect, test } from "vitest";
import { type Arrow, pieceAt, walk } from "../../../../src/page/cores/lanes/choose.ts";
import { placeRows, TimeScale } from "../../../../src/page/cores/lanes/geometry.ts";
import { Lanes } from "../../../../src/page/seen/lanes/lanes.ts";
import type { Piece } from "../../../../src/page/seen/lanes/piece.ts";
import { figuresOf, groupOf, runOf, runsOf, workerOf } from "../../seen-events.ts";

const lanes = new Lanes();
lanes.takeFigures(figuresOf(0, [workerOf(1), workerOf(2), workerOf(3)]));
lanes.takeRuns(runsOf(1, [runOf(1, 1000, 2000), runOf(2, 5000, 5002), runOf(3, 8000, null)]));
lanes.takeRuns(runsOf(3, [runOf(4, 1500, 4000), runOf(5, 6000, 7000)], [groupOf(7000, 8000)]));
const geometry = placeRows(lanes.tracks, 1151);
const scale = new TimeScale({ until: 10_000, spanMs: 10_000 }, geometry, 1);
const yOf = (row: number) => (geometry.rows[row]?.top ?? 0) + 5;

function nameOf(piece: Piece | undefined): number | string | undefined {
  return piece?.kind === "run" ? piece.run.run : piece?.kind;
}

describe("pointing", () => {
  test.each([
    ["in the middle of a run", 300, 0, 1],
    ["in one that still runs", 1149, 0, 3],
    ["near a run of 2 ms", 645, 0, 2],
    ["in a group", 900, 2, "group"],
    ["at the border of two: the one whose side it is", 851, 2, "group"],
    ["between runs", 500, 0, undefined],
    ["in an empty row", 300, 1, undefined],
    ["at the names", 100, 0, undefined],
  ])("%s", (_, x, row, name) => {
    expect(nameOf(pieceAt(geometry, scale, { x, y: yOf(row) }))).toBe(name);
  });

  test("above and below of the rows is nothing", () => {
    expect(pieceAt(geometry, scale, { x: 300, y: 2 })).toBeUndefined();
    expect(pieceAt(geometry, scale, { x: 300, y: geometry.height - 2 })).toBeUndefined();
  });
});

describe("walking", () => {
  function walked(...keys: readonly Arrow[]): (number | string | undefined)[] {
    let chosen: Piece | undefined;
    return keys.map((key) => {
      chosen = walk(geometry.rows, scale, chosen, key);
      return nameOf(chosen);
    });
  }

  test("begins at the newest run, and goes from run to run", () => {
    expect(walked("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowRight")).toEqual([3, 2, 1, 2]);
  });

  test("stays at the ends of a row", () => {
    expect(walked("ArrowLeft", "ArrowRight", "Home", "ArrowLeft", "End")).toEqual([3, 3, 1, 1, 3]);
  });

  test("goes to the run of the next row at that time, past rows without any", () => {
    expect(walked("ArrowUp", "Home", "ArrowDown", "ArrowDown", "ArrowUp")).toEqual([3, 1, 4, 4, 1]);
  });

  test("begins again where the chosen run has left the sight", () => {
    const later = new TimeScale({ until: 16_000, spanMs: 10_000 }, geometry, 1);
    const gone = lanes.tracks[0]?.rows[0]?.pieces[0];
    expect(nameOf(walk(geometry.rows, later, gone, "ArrowLeft"))).toBe(3);
  });

  test("finds nothing where there is nothing", () => {
    const before = new TimeScale({ until: 500, spanMs: 400 }, geometry, 1);
    expect(walk(geometry.rows, before, undefined, "ArrowLeft")).toBeUndefined();
  });
});

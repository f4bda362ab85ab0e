import { describe, expect, test } from "vitest";
import { placeRows, TimeScale } from "../../../../src/page/cores/lanes/geometry.ts";
import { Lanes } from "../../../../src/page/seen/lanes/lanes.ts";
import { figuresOf, workerOf } from "../../seen-events.ts";

function tracksOf(workers: number, slots: number) {
  const lanes = new Lanes();
  const all = Array.from({ length: workers }, (_, index) => workerOf(index + 1, { slots }));
  lanes.takeFigures(figuresOf(0, all));
  return lanes.tracks;
}

describe("rows", () => {
  test("lie below one another, inside of the canvas", () => {
    const { rows, height } = placeRows(tracksOf(3, 2), 1000);
    expect(rows.map(({ track, index }) => [track.worker, index])).toEqual([
      ...[
        [1, 0],
        [1, 1],
        [2, 0],
        [2, 1],
        [3, 0],
        [3, 1],
      ],
    ]);
    for (const [index, { top }] of rows.entries()) {
      const above = rows[index - 1];
      if (above) expect(top).toBeGreaterThan(above.top + above.height);
    }
    const last = rows.at(-1);
    expect(height).toBeGreaterThan((last?.top ?? 0) + (last?.height ?? 0));
  });

  test("the more of them, the flatter they are", () => {
    const heights = [4, 16, 32, 64].map(
      (count) => placeRows(tracksOf(count, 1), 1000).rows[0]?.height,
    );
    expect(heights).toEqual([...heights].sort((one, other) => Number(other) - Number(one)));
    expect(new Set(heights).size).toBe(4);
  });

  test("a narrow screen has short names", () => {
    const [wide, narrow] = [1000, 360].map((width) => placeRows(tracksOf(1, 1), width));
    expect(narrow?.left).toBeLessThan(wide?.left ?? 0);
    expect(placeRows([], 1000).height).toBeGreaterThan(0);
  });
});

describe("times", () => {
  const geometry = placeRows(tracksOf(1, 1), 1151); // 1,000 px from 150 to 1,150.

  test("now is at the right edge, and the span ends at the left one", () => {
    const scale = new TimeScale({ until: 50_000, spanMs: 10_000 }, geometry, 1);
    expect(scale.stepMs).toBe(10);
    expect(scale.xOf(50_000)).toBe(1150);
    expect(scale.xOf(40_000)).toBe(150);
    expect(scale.timeAt(1150)).toBe(50_000);
    expect(scale.timeAt(650)).toBe(45_000);
    expect([scale.from, scale.until]).toEqual([40_000, 50_000]);
  });

  test.each([1, 2, 1.5])(
    "with %s pixels in a CSS pixel a block keeps its width while it moves",
    (ratio) => {
      const widths = new Set<number>();
      for (let until = 50_000; until < 50_100; until += 1.7) {
        const scale = new TimeScale({ until, spanMs: 10_000 }, geometry, ratio);
        const x = scale.xOf(45_003.3);
        widths.add(Math.round((scale.xOf(45_077.7) - x) * 1000));
        // It stands on a pixel of the device.
        expect(Math.abs((1150 - x) * ratio - Math.round((1150 - x) * ratio))).toBeLessThan(1e-6);
      }
      expect(widths.size).toBe(1);
    },
  );

  test("the step tells whether the picture has moved", () => {
    const stepAt = (until: number) => new TimeScale({ until, spanMs: 10_000 }, geometry, 1).step;
    expect(stepAt(50_001)).toBe(stepAt(50_008));
    expect(stepAt(50_011)).toBe(stepAt(50_008) + 1);
  });
});

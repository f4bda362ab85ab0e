import { expect, test } from "vitest";
import { type Stage, sortLosses } from "../../../src/jobs/transitions/losses.ts";

const sorted = (stages: readonly Stage[], others = 0) => {
  const { waiting, losses } = sortLosses(
    stages.map((_, index) => index),
    (index) => stages[index] ?? "waiting",
    others,
  );
  return [waiting, ...losses.map(({ attempts, wasAlone }) => [wasAlone, ...attempts])];
};

test("an attempt that only waited is not lost, and no company for one that ran", () => {
  expect(sorted([])).toEqual([[]]);
  expect(sorted(["waiting"])).toEqual([[0]]);
  expect(sorted(["waiting", "running", "waiting"])).toEqual([
    [0, 2],
    [true, 1],
  ]);
});

test("several that ran side by side were not alone", () => {
  expect(sorted(["running", "running"])).toEqual([[], [false, 0, 1]]);
  expect(sorted(["running"], 1)).toEqual([[], [false, 0]]);
});

test("one whose run had ended is lost, and no company for one that was running", () => {
  expect(sorted(["ended", "running"])).toEqual([[], [true, 1], [false, 0]]);
});

test("where no other was running, one whose run had ended may be to blame", () => {
  expect(sorted(["ended", "waiting"])).toEqual([[1], [true, 0]]);
  expect(sorted(["ended", "ended"])).toEqual([[], [false, 0, 1]]);
  expect(sorted(["ended"], 1)).toEqual([[], [false, 0]]);
});

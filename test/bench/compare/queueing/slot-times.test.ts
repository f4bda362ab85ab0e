import { expect, test } from "vitest";
import { makeSlotTimes } from "../../../../bench/compare/queueing/slot-times.ts";

const runTimes = { count: 3, mean: 10, values: [8, 10, 12] };

test("what a slot needs beside the run is added to every run", () => {
  expect(makeSlotTimes(runTimes, 11.5)).toEqual({ kind: "samples", values: [9.5, 11.5, 13.5] });
});

test("runs that take longer than the slot's share of the peak are made shorter", () => {
  expect(makeSlotTimes(runTimes, 5)).toEqual({ kind: "samples", values: [4, 5, 6] });
});

test.each([null, undefined])("without times of runs (%s) all take as long", (none) => {
  expect(makeSlotTimes(none, 7)).toEqual({ kind: "constant", ms: 7 });
});

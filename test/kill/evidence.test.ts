import { expect, test } from "vitest";
import { evidenceOf } from "./evidence.ts";

const starts = [
  { at: 10, pid: 1 },
  { at: 20, pid: 2 },
];

test("runs one after the other do not overlap, whether they ended or were killed", () => {
  const text = "a starts 10 1\na computes\nb starts 20 2\nb computes\nb ends\n";
  expect(evidenceOf(text)).toEqual({ starts, overlaps: false, snoozes: 0, isOver: true });
});

test("a run that goes on after the next has begun overlaps it", () => {
  const text = "a starts 10 1\nb starts 20 2\na computes\nb ends\n";
  expect(evidenceOf(text)).toEqual({ starts, overlaps: true, snoozes: 0, isOver: true });
});

test("a line that was cut off is no evidence", () => {
  const evidence = { starts: [starts[0]], overlaps: false, snoozes: 0, isOver: false };
  expect(evidenceOf("a starts 10 1\na comp")).toEqual(evidence);
});

test("a run that puts its job off is counted, and the next does not overlap it", () => {
  const text = "a starts 10 1\na snoozes\nb starts 20 2\nb ends\n";
  expect(evidenceOf(text)).toEqual({ starts, overlaps: false, snoozes: 1, isOver: true });
});

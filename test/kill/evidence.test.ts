import { expect, test } from "vitest";
import { evidenceOf } from "./evidence.ts";

test("runs one after the other do not overlap, whether they ended or were killed", () => {
  const text = "a starts\na computes\nb starts\nb computes\nb ends\n";
  expect(evidenceOf(text)).toEqual({ starts: 2, overlaps: false });
});

test("a run that goes on after the next has begun overlaps it", () => {
  const text = "a starts\nb starts\na computes\nb ends\n";
  expect(evidenceOf(text)).toEqual({ starts: 2, overlaps: true });
});

test("a line that was cut off is no evidence", () => {
  expect(evidenceOf("a starts\na comp")).toEqual({ starts: 1, overlaps: false });
});

import { expect, test } from "vitest";
import { Pace } from "../../src/compute/pace.ts";

test("says one second before anything has been measured, and never less", () => {
  const pace = new Pace(2);
  expect(pace.secondsFor(1000)).toBe(1);
  pace.record(1);
  expect(pace.secondsFor(0)).toBe(1);
});

test("is the waiting runs' time over the slots that share them", () => {
  const pace = new Pace(2);
  for (let i = 0; i < 50; i++) pace.record(100);
  expect(pace.secondsFor(100)).toBe(5);
});

test("follows a change of pace within a few dozen runs", () => {
  const pace = new Pace(1);
  pace.record(10);
  for (let i = 0; i < 60; i++) pace.record(1000);
  expect(pace.secondsFor(10)).toBe(10);
});

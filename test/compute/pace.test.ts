import { expect, test } from "vitest";
import { Pace } from "../../src/compute/pace.ts";

test("returns one second before any measurement, and never less", () => {
  const pace = new Pace(2);
  expect(pace.secondsFor(1000)).toBe(1);
  pace.record(1);
  expect(pace.secondsFor(0)).toBe(1);
});

test("returns the time of the waiting runs, divided by the slots", () => {
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

import { expect, test } from "vitest";
import {
  erlangC,
  meanWaitMg1,
  meanWaitMmk,
  sojournQuantileMm1,
  utilisation,
  waitQuantileMmk,
} from "./closed-forms.ts";

test("M/M/1 at half its capacity: the wait is as long as the service", () => {
  expect(utilisation(50, 10)).toBe(0.5);
  expect(meanWaitMg1(50, 10, 1)).toBeCloseTo(10);
  expect(sojournQuantileMm1(50, 10, 1 - Math.exp(-1))).toBeCloseTo(20);
});

test("constant service halves the wait", () => {
  expect(meanWaitMg1(80, 10, 0)).toBeCloseTo(meanWaitMg1(80, 10, 1) / 2);
});

test("Erlang C: the textbook's values", () => {
  expect(erlangC(50, 10, 1)).toBeCloseTo(0.5); // with one server: its utilisation
  expect(erlangC(100, 10, 2)).toBeCloseTo(1 / 3); // two servers, one erlang
  expect(erlangC(800, 10, 10)).toBeCloseTo(0.4092, 4); // ten servers, eight erlangs
  expect(meanWaitMmk(50, 10, 1)).toBeCloseTo(meanWaitMg1(50, 10, 1));
});

test("M/M/k: with one server the wait has the tail of the time in the system", () => {
  // P(W > t) = ρ P(T > t) in M/M/1.
  const wait = waitQuantileMmk(50, 10, 1, 0.99);
  expect(wait).toBeCloseTo(sojournQuantileMm1(50, 10, 1 - 0.01 / 0.5));
  expect(waitQuantileMmk(10, 10, 4, 0.5)).toBe(0); // hardly any run waits
});

test("at its capacity the queue grows for ever", () => {
  expect(meanWaitMg1(100, 10, 1)).toBe(Number.POSITIVE_INFINITY);
  expect(meanWaitMmk(200, 10, 2)).toBe(Number.POSITIVE_INFINITY);
  expect(sojournQuantileMm1(120, 10, 0.5)).toBe(Number.POSITIVE_INFINITY);
  expect(waitQuantileMmk(200, 10, 2, 0.5)).toBe(Number.POSITIVE_INFINITY);
  expect(erlangC(300, 10, 2)).toBe(1);
});

test("hundreds of servers neither overflow nor cancel", () => {
  expect(erlangC(49_000, 10, 500)).toBeGreaterThan(0.4);
  expect(erlangC(49_000, 10, 500)).toBeLessThan(0.9);
});

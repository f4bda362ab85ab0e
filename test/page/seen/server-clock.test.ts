import { expect, test } from "vitest";
import { ServerClock } from "../../../src/page/seen/server-clock.ts";

test("the message that was fastest tells how far the clocks are apart", () => {
  const clock = new ServerClock();
  clock.hear(1000, 5040); // 5 s ahead, and 40 ms on its way.
  expect(clock.at(5040)).toBe(1000);
  clock.hear(2000, 6002);
  clock.hear(3000, 7900);
  expect(clock.at(8000)).toBe(3998);
});

test("a clock that is put right is followed within a minute", () => {
  const clock = new ServerClock();
  clock.hear(1000, 1000);
  for (let at = 2000; at <= 61_000; at += 1000) clock.hear(at, at + 300);
  expect(clock.at(70_000)).toBe(69_700);
});

test("another server has another clock", () => {
  const clock = new ServerClock();
  clock.hear(1000, 1000);
  clock.reset();
  clock.hear(9000, 10_000);
  expect(clock.at(10_000)).toBe(9000);
});

test("a clock that is set is followed at once, in both directions", () => {
  const clock = new ServerClock();
  clock.hear(3_600_000, 3_600_000);
  clock.hear(1000, 3_601_000); // An hour back.
  expect(clock.at(3_601_500)).toBe(1500);
  clock.hear(7_200_000, 3_602_000);
  expect(clock.at(3_602_500)).toBe(7_200_500);
});

import { expect, test } from "vitest";
import { FiguresHistory } from "../../../src/page/seen/figures-history.ts";
import { figuresOf } from "../seen-events.ts";

function historyOf(...times: readonly number[]): FiguresHistory {
  const history = new FiguresHistory();
  for (const at of times) history.take(figuresOf(at, []));
  return history;
}

const timesOf = (history: FiguresHistory) => history.all.map(({ at }) => at);

test("ten minutes are kept", () => {
  expect(timesOf(historyOf(0, 1000, 600_000, 601_000))).toEqual([1000, 600_000, 601_000]);
});

test("what is told again is there once", () => {
  expect(timesOf(historyOf(1000, 2000, 3000, 2000, 3000, 4000))).toEqual([1000, 2000, 3000, 4000]);
});

test("after the clock of the server was set back, figures go on from there", () => {
  const history = historyOf(1000, 500_000, 501_000, 2000);
  expect(history.latest?.at).toBe(2000);
  expect(timesOf(history)).toEqual([1000, 2000]);
});

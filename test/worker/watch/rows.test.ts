import { expect, test } from "vitest";
import { Rows } from "../../../src/worker/watch/rows.ts";

test("a run gets the lowest row that is free", () => {
  const rows = new Rows();
  expect([rows.take(), rows.take(), rows.take()]).toEqual([0, 1, 2]);
  rows.giveBack(1);
  rows.giveBack(0);
  expect([rows.take(), rows.take(), rows.take()]).toEqual([0, 1, 3]);
});

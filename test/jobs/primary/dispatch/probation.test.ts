import { expect, test } from "vitest";
import { Probation } from "../../../../src/jobs/primary/dispatch/probation.ts";

test("one lost worker puts no task on probation, two in a row do", () => {
  const probation = new Probation();
  probation.lost(["bomb", "bomb", "work"], 0);
  expect(probation.tasks(1)).toEqual([]);
  probation.lost(["bomb"], 2);
  expect(probation.tasks(3)).toEqual(["bomb"]);
});

test("it is over when an attempt has ended by itself, and counts anew", () => {
  const probation = new Probation();
  probation.lost(["bomb"], 0);
  probation.lost(["bomb"], 1);
  probation.ended("work");
  expect(probation.tasks(2)).toEqual(["bomb"]);
  probation.ended("bomb");
  expect(probation.tasks(3)).toEqual([]);
  probation.lost(["bomb"], 4);
  expect(probation.tasks(5)).toEqual([]);
});

test("it is over half a minute after the last loss", () => {
  const probation = new Probation();
  probation.lost(["bomb"], 0);
  probation.lost(["bomb"], 20_000);
  expect(probation.tasks(49_999)).toEqual(["bomb"]);
  expect(probation.tasks(50_000)).toEqual([]);
});

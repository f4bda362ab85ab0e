import { beforeEach, describe, expect, test } from "vitest";
import type { Place } from "../../../../src/jobs/transitions/order/line.ts";
import { Lines } from "../../../../src/jobs/transitions/order/lines.ts";
import { TaskRules } from "../../../../src/jobs/transitions/order/task-rules.ts";

let rules: TaskRules;
let limits: Map<string, number>;
let lines: Lines;

beforeEach(() => {
  rules = new TaskRules();
  limits = new Map();
  lines = new Lines(rules, (group) => limits.get(group) ?? null);
});

const place = (group: string | null, task = "t", priority = 0): Place => ({
  ...{ priority, group, task },
});

/** Starts the next job. @returns its group; undefined where none may start */
function start(alone = false): string | null | undefined {
  const [line] = lines.next(alone);
  if (!line) return undefined;
  const { priority, group, task, pool } = line;
  lines.leaves({ priority, group: group.key, task: task.name }, pool);
  lines.starts({ group: group.key, task: task.name });
  return group.key;
}
const startAll = (count: number) => Array.from({ length: count }, () => start());

describe("the order of jobs that wait", () => {
  test("groups take turns, and jobs without a group are one of them", () => {
    lines.waits(place("a"), "open", 4);
    lines.waits(place(null), "open", 2);
    lines.waits(place("b"), "open", 1);
    expect(startAll(8)).toEqual(["a", null, "b", "a", null, "a", "a", undefined]);
  });

  test("with one slot they take turns, too", () => {
    for (const group of ["a", "b", "c"]) lines.waits(place(group), "open", 2);
    const served = Array.from({ length: 6 }, () => {
      const group = start() as string;
      lines.ends(place(group));
      return group;
    });
    expect(served).toEqual(["a", "b", "c", "a", "b", "c"]);
  });

  test("a group that comes again and again does not overtake those that wait", () => {
    for (const group of ["a", "b", "c"]) lines.waits(place(group), "open", 9);
    const served = Array.from({ length: 8 }, (_, at) => {
      if (at === 0) lines.waits(place("guest"), "open");
      const group = start() as string;
      lines.ends(place(group));
      if (group === "guest") lines.waits(place("guest"), "open");
      return group;
    });
    expect(served).toEqual(["a", "b", "c", "guest", "a", "b", "c", "guest"]);
  });

  test("the group with the fewest running jobs is next, over all its tasks", () => {
    lines.waits(place("a", "x"), "open", 2);
    lines.waits(place("a", "y"), "open", 2);
    lines.waits(place("b", "x"), "open", 4);
    startAll(4);
    lines.ends(place("b", "x"));
    lines.ends(place("b", "x"));
    expect(startAll(2)).toEqual(["b", "b"]);
  });

  test("a higher priority goes before every turn", () => {
    lines.waits(place("a", "t", 1), "open", 3);
    lines.waits(place("b"), "open", 1);
    expect(startAll(4)).toEqual(["a", "a", "a", "b"]);
  });

  test("the lines of one group are offered together, for the oldest of their jobs", () => {
    for (const task of ["x", "y", "z"]) lines.waits(place("a", task), "open");
    lines.waits(place("a", "x", 5), "open");
    expect(lines.next(false).map(({ task }) => task.name)).toEqual(["x"]);
    start();
    expect(lines.next(false).map(({ task }) => task.name)).toEqual(["x", "y", "z"]);
  });
});

describe("limits", () => {
  test("of a group: its other jobs wait, and other groups go on", () => {
    limits.set("a", 1);
    lines.waits(place("a"), "open", 2);
    lines.waits(place("b"), "open", 2);
    expect(startAll(4)).toEqual(["a", "b", "b", undefined]);
    expect(lines.claimable(false)).toBe(0);
    lines.ends(place("a"));
    expect(lines.claimable(false)).toBe(1);
    expect(start()).toBe("a");
  });

  test("of a group: the newest counts", () => {
    lines.waits(place("a"), "open", 9);
    startAll(3);
    lines.setLimit("a", 2);
    expect([start(), lines.claimable(false)]).toEqual([undefined, 0]);
    lines.setLimit("a", 4);
    expect(startAll(2)).toEqual(["a", undefined]);
    lines.setLimit("unknown", 4);
  });

  test("of a task, over all groups", () => {
    rules.setLimits(new Map([["x", 2]]));
    lines.waits(place("a", "x"), "open", 3);
    lines.waits(place("b", "x"), "open", 3);
    lines.waits(place("b", "y"), "open", 1);
    expect(lines.claimable(false)).toBe(3);
    expect(startAll(4)).toEqual(["a", "b", "b", undefined]);
    expect(lines.claimable(false)).toBe(0);
    rules.setLimits(new Map());
    expect(lines.claimable(false)).toBe(4);
  });

  test("a paused task is passed over, and all of them while all are paused", () => {
    lines.waits(place("a", "x"), "open", 2);
    lines.waits(place("b", "y"), "open", 2);
    rules.setPaused(["x"], false);
    expect([start(), lines.claimable(false)]).toEqual(["b", 1]);
    rules.setPaused([], true);
    expect([start(), lines.claimable(false)]).toEqual([undefined, 0]);
    rules.setPaused([], false);
    expect(lines.claimable(false)).toBe(3);
  });
});

describe("jobs that run alone", () => {
  test("are those in quarantine, and those of tasks on probation", () => {
    lines.waits(place("a", "x"), "held");
    lines.waits(place("b", "y"), "open", 2);
    lines.waits(place("c", "z"), "open");
    expect([lines.claimable(false), lines.claimable(true)]).toEqual([3, 1]);
    rules.setProbation(["y"]);
    expect([lines.claimable(false), lines.claimable(true)]).toEqual([1, 3]);
    expect(startAll(2)).toEqual(["c", undefined]);
    expect([start(true), start(true), start(true), start(true)]).toEqual([
      "a",
      "b",
      "b",
      undefined,
    ]);
  });

  test("count for limits like others", () => {
    limits.set("a", 1);
    lines.waits(place("a"), "held");
    lines.waits(place("a"), "open");
    start(true);
    expect([start(), lines.claimable(false)]).toEqual([undefined, 0]);
  });
});

describe("a transaction", () => {
  test("that is rolled back has changed nothing", () => {
    lines.waits(place("a"), "open", 2);
    lines.waits(place("b"), "held", 1);
    start();
    lines.commit();
    lines.setLimit("a", 1);
    lines.waits(place("c"), "open", 5);
    start();
    start(true);
    lines.ends(place("a"));
    lines.rollBack();
    expect([lines.claimable(false), lines.claimable(true)]).toEqual([1, 1]);
    expect(lines.known).toEqual({ groups: 2, tasks: 1 });
    expect(startAll(2)).toEqual(["a", undefined]);
  });
});

test("groups and tasks are forgotten when nothing of them waits or runs", () => {
  for (let at = 0; at < 1000; at++) lines.waits(place(`g${at}`, `t${at % 7}`, at % 3), "open");
  startAll(1000);
  for (let at = 0; at < 1000; at++) lines.ends(place(`g${at}`, `t${at % 7}`));
  expect(lines.known).toEqual({ groups: 0, tasks: 0 });
});

test("a line that the file does not have is corrected", () => {
  lines.waits(place("a"), "open", 3);
  const [line] = lines.next(false);
  if (line) lines.correct(line);
  expect([lines.claimable(false), lines.next(false)]).toEqual([0, []]);
});

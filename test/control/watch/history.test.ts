import { describe, expect, test } from "vitest";
import { History } from "../../../src/control/thread/watch/history.ts";
import { OpenRuns } from "../../../src/control/thread/watch/open-runs.ts";
import { Ring } from "../../../src/control/thread/watch/ring.ts";
import type { SeenMark, SeenRun, SeenRunsOf } from "../../../src/telemetry/watch/seen.ts";

describe("a ring", () => {
  const limits = { mostMs: 1000, mostItems: 100, mostCharacters: 10_000 };
  const told = (at: number, length = 1) => ({ at, text: "x".repeat(length) });
  const times = (ring: Ring, now: number) => ring.read(now).map(({ at }) => at);

  test("keeps what is not too old", () => {
    const ring = new Ring(limits);
    for (const at of [0, 400, 900, 1300]) ring.add(told(at));
    expect(times(ring, 1300)).toEqual([400, 900, 1300]);
    expect(times(ring, 2000)).toEqual([1300]);
    expect(times(ring, 9000)).toEqual([]);
  });

  test("keeps only so many, and only so much", () => {
    const ring = new Ring(limits);
    for (let at = 0; at < 1000; at++) ring.add(told(at / 1000));
    expect(ring.read(1)).toHaveLength(100);
    for (let at = 1; at < 9; at++) ring.add(told(at, 3000));
    expect(times(ring, 9)).toEqual([6, 7, 8]);
    ring.add(told(9, 20_000));
    expect(times(ring, 9)).toEqual([]);
  });

  test("is empty after it was cleared", () => {
    const ring = new Ring(limits);
    for (let at = 0; at < 10; at++) ring.add(told(at, 3000));
    ring.clear();
    ring.add(told(10, 9000));
    expect(times(ring, 10)).toEqual([10]);
  });
});

const run = (number: number, endedAt: number | null = null) =>
  ({ run: number, row: 0, task: "hash", startedAt: 1, endedAt }) as SeenRun;
const runsOf = (life: number, ...runs: readonly SeenRun[]): SeenRunsOf => ({
  ...{ worker: 1, life, pid: 100 + life, runs, groups: [] },
});

describe("the runs that are open", () => {
  test("are those that have begun and not ended", () => {
    const open = new OpenRuns();
    open.take(runsOf(1, run(1), run(2)));
    open.take(runsOf(2, run(1)));
    open.take(runsOf(1, run(1, 5), run(3, 6)));
    expect(open.read()).toEqual([runsOf(1, run(2)), runsOf(2, run(1))]);
    open.take(runsOf(1, run(2, 9)));
    expect(open.read()).toEqual([runsOf(2, run(1))]);
  });

  test("end with their worker", () => {
    const open = new OpenRuns();
    open.take(runsOf(1, run(1)));
    const mark = { at: 1, worker: 1, life: 1, reason: null } as const;
    open.mark({ ...mark, kind: "ready" });
    expect(open.read()).toHaveLength(1);
    open.mark({ ...mark, kind: "ended" });
    expect(open.read()).toEqual([]);
  });

  test("are bounded: a task may forge starts without end", () => {
    const open = new OpenRuns();
    for (let at = 0; at < 5000; at++) open.take(runsOf(1, run(at)));
    expect(open.read()[0]?.runs).toHaveLength(2048);
  });
});

describe("the history", () => {
  const read = (history: History, now: number, open: readonly SeenRunsOf[] = []) =>
    JSON.parse([...history.write(now, open)].join(""));

  test("is a list of all that was told, the oldest first, after the runs that are open", () => {
    const history = new History();
    expect(read(history, 0)).toEqual([]);
    const mark: SeenMark = { at: 30, kind: "ready", worker: 1, life: 1, reason: null };
    const [open, ended] = [runsOf(1, run(1)), runsOf(1, run(2, 20))];
    history.add("runs", 20, JSON.stringify(ended));
    history.add("mark", 30, JSON.stringify(mark));
    history.add("figures", 10, '{"at":10}');
    expect(read(history, 40, [open])).toEqual([
      { event: "runs", data: open },
      { event: "figures", data: { at: 10 } },
      { event: "runs", data: ended },
      { event: "mark", data: mark },
    ]);
  });

  test("has runs of a minute, and figures and marks of ten", () => {
    const history = new History();
    for (const event of ["runs", "figures", "mark"] as const) history.add(event, 0, '{"at":0}');
    const names = (now: number) => read(history, now).map(({ event }: { event: string }) => event);
    expect(names(60_000)).toEqual(["runs", "figures", "mark"]);
    expect(names(60_001)).toEqual(["figures", "mark"]);
    expect(names(600_001)).toEqual([]);
  });

  test("is what it was when it was asked for", () => {
    const history = new History();
    const written = history.write(0, []);
    history.add("figures", 0, '{"at":0}');
    expect([...written].join("")).toBe("[]");
  });

  test("can forget the runs", () => {
    const history = new History();
    history.add("runs", 0, JSON.stringify(runsOf(1, run(1))));
    history.add("figures", 0, '{"at":0}');
    history.forgetRuns();
    expect(read(history, 0)).toEqual([{ event: "figures", data: { at: 0 } }]);
  });
});

test("of what is kept, the newest fit into a text of so many characters", () => {
  const history = new History();
  const open: SeenRunsOf = { worker: 1, life: 1, pid: 11, runs: [run(1)], groups: [] };
  const marks = Array.from({ length: 300 }, (_, at) => at);
  for (const at of marks) history.add("mark", at, JSON.stringify({ at }));
  const all = JSON.parse(history.writeNewest(300, [open], 1_000_000));
  expect(all).toHaveLength(301);
  const text = history.writeNewest(300, [open], 1000);
  expect(text.length).toBeLessThanOrEqual(1000);
  const [first, ...rest] = JSON.parse(text) as { data: { at?: number } }[];
  expect(first).toEqual({ event: "runs", data: open });
  expect(rest.map(({ data }) => data.at)).toEqual(marks.slice(-rest.length));
  expect(rest.length).toBeGreaterThan(10);
});

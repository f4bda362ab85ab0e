import { describe, expect, test } from "vitest";
import { Told } from "../../../src/page/contrast/told.ts";
import { Seen } from "../../../src/page/seen/seen.ts";
import type { ContrastEvent } from "../../../src/telemetry/watch/contrast.ts";
import type { SeenRun } from "../../../src/telemetry/watch/seen.ts";

const plan: ContrastEvent = {
  event: "plan",
  data: {
    ...{ modes: ["cluster", "threads"], task: "hash", runMs: 7, rounds: 6 },
    ...{ totalMs: 60_000, startedAt: 1_000_000 },
  },
};

const load = (mode: string, lightMs: number | null): ContrastEvent => ({
  event: "load",
  data: { mode, at: 1_000_100, runsPerSecond: 100, lightMs },
});

function told(...events: readonly ContrastEvent[]): Told {
  const made = new Told();
  for (const event of events) made.take(event);
  return made;
}

describe("what a contrast has told", () => {
  test("each mode has its own turns and loads", () => {
    const { sides } = told(
      ...[plan, load("cluster", 20), load("threads", 2), load("cluster", null)],
      { event: "turn", data: { mode: "threads", runsPerSecond: 240 } },
      load("cluster", 30),
    );
    expect(sides).toMatchObject([
      { mode: "cluster", turns: [], longestLightMs: 30 },
      { mode: "threads", turns: [240], longestLightMs: 2 },
    ]);
    expect(sides[0]?.loads).toHaveLength(3);
  });

  test("a mode that the plan does not name is left out", () => {
    expect(told(plan, load("bare", 1)).sides).toHaveLength(2);
  });

  test("a second plan begins anew: all is told again after a lost connection", () => {
    const again = told(plan, load("cluster", 20), plan);
    expect(again.sides[0]).toMatchObject({ loads: [], longestLightMs: null });
  });

  test("it is over with its end, or with a failure", () => {
    const end = { sentences: ["One is better."], modes: [], stopped: null };
    expect(told(plan).isOver).toBe(false);
    expect(told(plan, { event: "end", data: end }).isOver).toBe(true);
    const failed = told(plan, { event: "failed", data: { message: "no such task" } });
    expect(failed).toMatchObject({ isOver: true, failure: "no such task", step: null });
  });
});

test("what a server of it shows becomes lanes of that mode", () => {
  const made = told(plan);
  const lanes = made.sides.map(({ stream }) => new Seen(stream).lanes);
  made.take({ event: "server", data: { mode: "threads", pid: 7, workers: 1, slots: 2 } });
  const run: SeenRun = {
    ...{ run: 1, row: 0, thread: 2, task: "hash", lane: "live", executor: "threads" },
    ...{ job: null, attempt: null, isBorrowed: false },
    ...{ acceptedAt: 1_000_000, startedAt: 1_000_001, endedAt: 1_000_008 },
    ...{ cpuMs: 7, outcome: "succeeded" },
  };
  const data = { worker: 1, life: 1, pid: 7, runs: [run], groups: [] };
  made.take({ event: "seen", data: { mode: "threads", item: { event: "runs", data } } });
  expect(lanes.map(({ tasks }) => tasks)).toEqual([[], ["hash"]]);
});

import { describe, expect, test } from "vitest";
import {
  describePiece,
  isBadTick,
  nameTick,
  sayFacts,
} from "../../../../src/page/cores/lanes/describe.ts";
import { Lanes } from "../../../../src/page/seen/lanes/lanes.ts";
import type { SeenGroup, SeenRun } from "../../../../src/telemetry/watch/seen.ts";
import { groupOf, markOf, runOf, runsOf } from "../../seen-events.ts";

function factsOf(runs: readonly SeenRun[], groups: readonly SeenGroup[] = [], now = 5000) {
  const lanes = new Lanes();
  lanes.takeRuns(runsOf(2, runs, groups));
  const [piece] = lanes.tracks[0]?.rows[0]?.pieces ?? [];
  if (!piece) throw new Error("There is no piece");
  return Object.fromEntries(describePiece(piece, now));
}

describe("a run", () => {
  test("with all that is known of it", () => {
    const run = runOf(1, 1000, 1250, { acceptedAt: 988, thread: 3, cpuMs: 240.12 });
    expect(factsOf([run])).toMatchObject({
      ...{ task: "hash", for: "a client that waits", worker: "2 (pid 102)", thread: "3" },
      ...{ waited: "12 ms", ran: "250 ms", CPU: "240 ms", outcome: "succeeded" },
    });
  });

  test("of a job, that still runs", () => {
    const run = runOf(1, 1000, null, { lane: "jobs", job: "j-7", attempt: 2 });
    expect(factsOf([run], [], 3500)).toMatchObject({
      ...{ for: "job j-7, attempt 2", slot: "1, inline", "runs for": "2.5 s", outcome: "none yet" },
    });
  });

  test("that failed, was handed over", () => {
    const run = runOf(1, 1000, 1100, { isBorrowed: true, outcome: "/problems/run-timeout" });
    expect(factsOf([run])).toMatchObject({
      client: "is on another worker, which handed the run over",
      outcome: "run-timeout",
    });
  });
});

test("a group", () => {
  const group = groupOf(1000, 1100, {
    count: 20,
    busyMs: 80,
    longestMs: 9,
    queuedMs: 40,
    failed: 1,
  });
  const facts = factsOf([], [group]);
  expect(facts).toMatchObject({
    ...{ runs: "20 short ones, drawn together", busy: "80 % of 100 ms", failed: "1" },
    "on average": "waited 2 ms, ran 4 ms",
  });
  expect(sayFacts(Object.entries(facts))).toContain(
    "busy: 80 % of 100 ms, on average: waited 2 ms",
  );
});

test.each([
  ["ended", "crashed", "crashed", true],
  ["ended", "reloaded", "reloaded", false],
  ["ended", null, "ended", false],
  ["ready", null, "ready", false],
  ["thread-ended", "interrupted", "thread interrupted", true],
  ["thread-ended", null, "thread ended", true],
  ["reload", null, "reload begins", false],
  ["reload-failed", null, "reload failed", true],
  ["reloaded", null, "reloaded", false],
] as const)("%s (%s) is called %s", (kind, reason, name, isBad) => {
  const tick = { mark: markOf(0, kind, null, { reason }), life: null };
  expect(nameTick(tick)).toBe(name);
  expect(isBadTick(tick)).toBe(isBad);
});

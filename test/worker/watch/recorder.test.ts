import { beforeEach, describe, expect, test } from "vitest";
import type { RunEnded, RunOnSlot, RunStarted } from "../../../src/telemetry/events.ts";
import { Recorder, type SeenNote } from "../../../src/worker/watch/recorder.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

/** 0 on the clock, in ms since 1970. */
let epoch: number;
let clock: ManualClock;
let notes: SeenNote[];
let recorder: Recorder;

beforeEach(() => {
  epoch = 1_800_000_000_000;
  clock = new ManualClock();
  notes = [];
  open();
});

function open(lastRun = 0): void {
  const wall = () => Math.floor(epoch + clock.now());
  recorder = new Recorder({ clock, wall, tell: (note) => notes.push(note) }, lastRun);
}

const of = { task: "hash", lane: "live", executor: "inline", isBorrowed: false } as const;
const client = (): RunOnSlot => ({ job: undefined, attempt: undefined });

/** Starts a run; `end` ends it. */
function begin(given: Partial<RunStarted> = {}) {
  const run = client();
  recorder.started({ ...of, run, queuedMs: 0, sharesLoop: true, ...given });
  const startedAt = clock.now();
  const task = given.task ?? of.task;
  return {
    end: (more: Partial<RunEnded> = {}) => {
      const ranMs = clock.now() - startedAt;
      const costs = { heldMs: ranMs, ranMs, cpuMs: ranMs, thread: null, queuedMs: 0 };
      recorder.ended({
        ...of,
        task,
        run: given.run ?? run,
        ...costs,
        outcome: "succeeded",
        ...more,
      });
    },
  };
}

/** A run of so many ms. */
function run(ms: number, given: Partial<RunStarted> = {}): void {
  const { end } = begin(given);
  clock.advance(ms);
  end();
}

const runs = () => notes.flatMap((note) => note.runs);

test("a run that may hold the event loop is told before it does, with all that is known", () => {
  clock.advance(5);
  const { end } = begin({ queuedMs: 3 });
  const begun = {
    ...{ run: 1, row: 0, thread: null, task: "hash", lane: "live", executor: "inline" },
    ...{ job: null, attempt: null, isBorrowed: false },
    ...{ acceptedAt: epoch + 2, startedAt: epoch + 5 },
    ...{ endedAt: null, cpuMs: null, outcome: null },
  };
  expect(notes).toEqual([{ runs: [begun], groups: [], threadEnds: [] }]);
  clock.advance(2000);
  end({ cpuMs: 1990.123456 });
  clock.advance(1);
  const ended = { ...begun, endedAt: epoch + 2005, cpuMs: 1990.12, outcome: "succeeded" };
  expect(runs()).toEqual([begun, ended]);
});

test("a job, a thread and a lent run say so", () => {
  const { end } = begin({
    ...{ run: { job: "job-1", attempt: 2 }, lane: "jobs", executor: "threads" },
    ...{ isBorrowed: true, sharesLoop: false },
  });
  expect(notes).toEqual([]);
  clock.advance(1);
  const said = { job: "job-1", attempt: 2, lane: "jobs", executor: "threads", isBorrowed: true };
  expect(runs()).toMatchObject([{ ...said, thread: null }]);
  clock.advance(50);
  end({ thread: 7, cpuMs: null, outcome: "run-crashed" });
  clock.advance(200);
  expect(runs()[1]).toMatchObject({ ...said, thread: 7, cpuMs: null, outcome: "run-crashed" });
});

test("runs side by side have rows of their own, and leave them to others", () => {
  const [first, second] = [begin({ sharesLoop: false }), begin({ sharesLoop: false })];
  first.end();
  begin({ sharesLoop: false });
  second.end();
  clock.advance(1);
  expect(new Set(runs().map(({ run, row }) => `${run}: ${row}`))).toEqual(
    new Set(["1: 0", "2: 1", "3: 0"]),
  );
});

describe("how often it tells", () => {
  test("about ten times a second, however many runs there are", () => {
    for (let at = 0; at < 2500; at++) run(2);
    clock.advance(200);
    expect(notes.length).toBeGreaterThan(40);
    expect(notes.length).toBeLessThan(65);
    const grouped = notes.flatMap(({ groups }) => groups);
    const count = grouped.reduce((sum, group) => sum + group.count, 0);
    const single = runs().filter(({ endedAt }) => endedAt !== null).length;
    expect(count + single).toBe(2500);
    for (const { from, to } of grouped) expect(to - from).toBeLessThan(200);
  });

  test("a long run is told before it holds the loop, however often it has told", () => {
    run(500, { task: "slow" });
    for (let at = 0; at < 200; at++) run(1);
    const { end } = begin({ task: "slow" });
    expect(runs().at(-1)).toMatchObject({ task: "slow", endedAt: null });
    end();
  });

  test("so is the first run of a task", () => {
    for (let at = 0; at < 200; at++) run(1);
    begin({ task: "unknown" });
    expect(runs().at(-1)).toMatchObject({ task: "unknown", endedAt: null });
  });

  test("not at all while nothing happens", () => {
    run(5);
    clock.advance(1);
    const before = notes.length;
    clock.advance(60_000);
    expect([notes.length, clock.pending]).toEqual([before, 0]);
  });

  test("a run of another thread is not told twice as one that starts", () => {
    begin({ sharesLoop: false });
    for (let at = 0; at < 10; at++) run(100, { sharesLoop: false });
    expect(runs().filter(({ run, endedAt }) => run === 1 && endedAt === null)).toHaveLength(1);
  });
});

describe("a run that began before anybody watched", () => {
  const costs = { heldMs: 0, cpuMs: null, thread: null, outcome: "succeeded" } as const;

  test("is told at its end, as a whole", () => {
    clock.advance(1000);
    recorder.ended({ ...of, ...costs, run: client(), queuedMs: 50, ranMs: 400 });
    clock.advance(1);
    expect(runs()).toMatchObject([
      { run: 1, row: 0, acceptedAt: epoch + 550, startedAt: epoch + 600, endedAt: epoch + 1000 },
    ]);
  });

  test("is no run if it did not start", () => {
    recorder.ended({ ...of, ...costs, run: client(), queuedMs: 50, ranMs: null });
    clock.advance(1000);
    expect(notes).toEqual([]);
  });
});

test("the numbers of runs go on where they were in this life", () => {
  open(41);
  begin();
  expect(runs()).toMatchObject([{ run: 42 }]);
  expect(recorder.lastRun).toBe(42);
});

test("follows the system's clock when it is set", () => {
  run(10);
  clock.advance(1000);
  epoch += 3_600_000;
  run(10); // Its note is the last one by the old clock.
  clock.advance(1000);
  begin();
  expect(runs().at(-1)?.startedAt).toBe(epoch + clock.now());
});

test("tells of a thread that has ended", () => {
  clock.advance(7);
  recorder.threadEnded({ reason: "crashed" });
  clock.advance(1);
  expect(notes).toMatchObject([{ threadEnds: [{ at: epoch + 7, reason: "crashed" }] }]);
});

test("leaves no timer behind when it stops", () => {
  begin({ sharesLoop: false });
  recorder.stop();
  expect(clock.pending).toBe(0);
});

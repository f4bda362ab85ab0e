/** Both ends of the watch, with a pipe between them as between two processes. */
import { beforeEach, expect, test } from "vitest";
import type { Envelope } from "../../../src/channel/envelope.ts";
import type { Life } from "../../../src/channel/life.ts";
import { fromWire, toWire } from "../../../src/channel/wire.ts";
import type { WatchSink } from "../../../src/primary/control.ts";
import { WatchService } from "../../../src/primary/watch/watch-service.ts";
import { Telemetry } from "../../../src/telemetry/events.ts";
import { areRuns, mostInNote } from "../../../src/telemetry/watch/contract.ts";
import type { SeenMark, SeenRunsOf } from "../../../src/telemetry/watch/seen.ts";
import { WatchedRuns } from "../../../src/worker/watch/watched-runs.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const runEvents = ["run.started", "run.ended", "thread.ended"] as const;

let clock: ManualClock;
let primary: Telemetry;
let service: WatchService;
let seen: SeenRunsOf[];
let marks: SeenMark[];
const sink: WatchSink = { mark: (mark) => marks.push(mark), runs: (runs) => seen.push(runs) };

beforeEach(() => {
  clock = new ManualClock();
  primary = new Telemetry();
  service = new WatchService(primary);
  seen = [];
  marks = [];
});

/** Lets what was sent arrive. */
async function arrive(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const post = (envelope: Envelope, take: (it: Envelope) => void) => {
  const copy = fromWire(structuredClone(toWire(envelope)));
  if (copy) setImmediate(() => take(copy));
};

/** A worker, up to its events. */
class WorkerInMemory {
  readonly life: Life;
  readonly telemetry = new Telemetry();
  #end: WatchedRuns | undefined;

  constructor(life: number) {
    this.life = life as Life;
    const send = (envelope: Envelope) => post(envelope, (it) => this.#end?.take(it));
    service.attach(this.life, life, send, 100 + life);
  }

  boot(): this {
    const { telemetry } = this;
    const send = (envelope: Envelope) => post(envelope, (it) => service.take(this.life, it));
    this.#end = new WatchedRuns({ send, telemetry, clock, wall: () => 1000 + clock.now() });
    return this;
  }

  /** A run of 500 ms. */
  run(): void {
    const run = { job: undefined, attempt: undefined };
    const of = { run, task: "hash", lane: "live", executor: "inline", isBorrowed: false } as const;
    this.telemetry.emit("run.started", { ...of, queuedMs: 0, sharesLoop: true });
    clock.advance(500);
    const costs = { queuedMs: 0, heldMs: 500, ranMs: 500, cpuMs: 499, thread: null };
    this.telemetry.emit("run.ended", { ...of, ...costs, outcome: "succeeded" });
    clock.advance(100);
  }

  get listeners(): number {
    return runEvents.reduce((sum, name) => sum + this.telemetry.listenerCount(name), 0);
  }
}

test("runs of a worker come with its number, its life and its pid, once somebody watches", async () => {
  const worker = new WorkerInMemory(3).boot();
  service.follow(sink);
  await arrive();
  worker.run();
  await arrive();
  expect([worker.listeners, seen]).toEqual([0, []]);
  service.watch(true);
  await arrive();
  expect(worker.listeners).toBe(3);
  worker.run();
  await arrive();
  const of = { worker: 3, life: 3, pid: 103, groups: [] };
  expect(seen).toMatchObject([
    { ...of, runs: [{ run: 1, startedAt: 1600, endedAt: null }] },
    { ...of, runs: [{ run: 1, startedAt: 1600, endedAt: 2100 }] },
  ]);
  expect(areRuns(seen[0]?.runs)).toBe(true);
});

test("nothing is listened to any more when nobody watches, and numbers go on after that", async () => {
  const worker = new WorkerInMemory(1).boot();
  service.follow(sink);
  service.watch(true);
  await arrive();
  worker.run();
  service.watch(false);
  await arrive();
  expect([worker.listeners, clock.pending]).toEqual([0, 0]);
  worker.run();
  service.watch(true);
  await arrive();
  seen.length = 0;
  worker.run();
  await arrive();
  expect(seen.flatMap(({ runs }) => runs.map(({ run }) => run))).toEqual([2, 2]);
});

test("a worker that boots while somebody watches is told when it is up", async () => {
  service.follow(sink);
  service.watch(true);
  const worker = new WorkerInMemory(1);
  await arrive(); // What was sent to it by now is lost.
  worker.boot();
  await arrive();
  expect(worker.listeners).toBe(3);
});

test("nobody watches when the sink is gone", async () => {
  const worker = new WorkerInMemory(1).boot();
  service.follow(sink);
  service.watch(true);
  await arrive();
  service.unfollow();
  await arrive();
  expect(worker.listeners).toBe(0);
});

test("the end of a thread is a mark of its worker", async () => {
  const worker = new WorkerInMemory(2).boot();
  service.follow(sink);
  service.watch(true);
  await arrive();
  worker.telemetry.emit("thread.ended", { reason: "crashed" });
  clock.advance(100);
  await arrive();
  const mark = { at: 1000, kind: "thread-ended", worker: 2, life: 2, reason: "crashed" };
  expect(marks).toEqual([mark]);
  expect(seen).toEqual([]);
});

test("what a task has forged goes no further", async () => {
  const worker = new WorkerInMemory(1);
  service.follow(sink);
  const none = { runs: [], groups: [], threadEnds: [] };
  const forge = (args: unknown) =>
    service.take(worker.life, { service: "watch", items: [{ name: "seen", args }] });
  const isOff = { ...none, threadEnds: [{ at: 1, reason: "crashed" }], runs: [{}] };
  forge(isOff);
  service.watch(true);
  const many = Array.from({ length: mostInNote + 1 }, () => ({}));
  const wrong = [
    ...[null, {}, [], { ...none, runs: "all" }, { ...none, groups: many }, { ...none, runs: many }],
    { ...none, threadEnds: [{ at: 1, reason: "by magic" }] },
    { ...none, threadEnds: [{ at: "now", reason: "crashed" }] },
  ];
  for (const args of wrong) forge(args);
  expect([seen, marks]).toEqual([[], []]);
});

test("a mark that a task has forged is of no later time than now", () => {
  const worker = new WorkerInMemory(1);
  service.follow(sink);
  service.watch(true);
  const args = { runs: [], groups: [], threadEnds: [{ at: 1e300, reason: "crashed" }] };
  service.take(worker.life, { service: "watch", items: [{ name: "seen", args }] });
  expect(marks).toMatchObject([{ kind: "thread-ended" }]);
  expect(marks[0]?.at).toBeLessThanOrEqual(Date.now());
});

test("marks say what happens to workers and to the server", () => {
  const worker = { worker: 1, life: 4 as Life, pid: 9, level: "info" } as const;
  primary.emit("worker.forked", worker);
  const before = service.follow(sink);
  expect(before).toEqual([
    { at: expect.any(Number), kind: "forked", worker: 1, life: 4, reason: null },
  ]);
  primary.emit("worker.ready", { ...worker, bootMs: 10 });
  const ending = { code: null, signal: "SIGKILL", uptimeMs: 1, because: undefined };
  primary.emit("worker.ended", { ...worker, ...ending, reason: "crashed" });
  primary.emit("reload.begun");
  primary.emit("reload.ended", { error: undefined });
  primary.emit("reload.ended", { error: "tasks.ts is broken" });
  expect(marks.map(({ kind, worker, reason }) => [kind, worker, reason])).toEqual([
    ["ready", 1, null],
    ["ended", 1, "crashed"],
    ["reload", null, null],
    ["reloaded", null, null],
    ["reload-failed", null, "tasks.ts is broken"],
  ]);
});

test("the latest 200 marks are kept", () => {
  for (let life = 1; life <= 250; life++) {
    const worker = { worker: 1, life: life as Life, pid: 9, level: "info" } as const;
    primary.emit("worker.forked", worker);
  }
  const kept = service.follow(sink).map(({ life }) => life);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([200, 51, 250]);
});

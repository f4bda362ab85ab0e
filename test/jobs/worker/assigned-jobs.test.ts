import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Ending } from "../../../src/jobs/assignment.ts";
import type { AssignedJob } from "../../../src/jobs/messages/commands.ts";
import { AssignedJobs } from "../../../src/jobs/worker/assigned-jobs.ts";

const succeeded: Ending = { kind: "succeeded", result: "1" };

function job(id: string, flags: Pick<AssignedJob, "isAhead" | "isShort"> = {}): AssignedJob {
  const parts = { task: "t", input: "{}", attempt: 1, maxAttempts: 3, timeoutMs: 1000 };
  return { id, seq: 1, token: 1, mark: 0, ...parts, ...flags };
}
const short = (id: string) => job(id, { isShort: true });
const ahead = (id: string) => job(id, { isShort: true, isAhead: true });

/** Jobs of a worker with one slot, as its dispatcher gives it. */
class Bench {
  readonly started: string[] = [];
  /** The ends of each message. */
  readonly messages: string[][] = [];
  readonly capacities: number[] = [];
  readonly jobs: AssignedJobs;
  readonly #ends = new Map<string, () => void>();

  constructor() {
    this.jobs = new AssignedJobs({
      marks: null,
      tellCapacity: (capacity) => this.capacities.push(capacity),
      tellEnds: (number, ends) => {
        this.messages.push(ends.map(({ id, ending }) => `${id} ${ending.kind}`));
        this.jobs.kept(number);
      },
      sendBytes: async ({ length }) => ({ number: 1, length }),
      tellProgress: () => {},
      tellCheckpoint: () => {},
      tellUnmarked: () => {},
      flush: () => {},
    });
    this.jobs.consume({
      run: async ({ id }, signal) => {
        this.started.push(id);
        const { promise, resolve } = Promise.withResolvers<Ending>();
        this.#ends.set(id, () => {
          this.jobs.offer(1); // The slot is free before its job is answered for.
          resolve(signal.aborted ? { kind: "cancelled" } : succeeded);
        });
        return promise;
      },
    });
    this.jobs.offer(1);
  }

  /** Lets a run end, and all that follows at once. */
  async end(id: string): Promise<void> {
    this.#ends.get(id)?.();
    await Promise.resolve().then(() => {});
    await new Promise(process.nextTick);
  }
}

test("a job that waits starts the moment when the run before ends", async () => {
  const bench = new Bench();
  for (const each of [short("a"), ahead("b"), ahead("c")]) bench.jobs.take(each);
  expect(bench.started).toEqual(["a"]);
  await bench.end("a");
  expect(bench.started).toEqual(["a", "b"]);
  await bench.end("b");
  await bench.end("c");
  expect(bench.started).toEqual(["a", "b", "c"]);
  // At once with the last one: nothing runs or waits any more.
  expect(bench.messages).toEqual([["a succeeded", "b succeeded", "c succeeded"]]);
  expect(bench.capacities).toEqual([1]); // Its slot counts whether it is taken or not.
});

test("ends leave within moments, also if the next run goes on", async () => {
  const bench = new Bench();
  for (const each of [short("a"), ahead("b")]) bench.jobs.take(each);
  await bench.end("a");
  expect(bench.messages).toEqual([]);
  await expect.poll(() => bench.messages, { interval: 1 }).toEqual([["a succeeded"]]);
});

test("an end does not wait for a run that may be long", async () => {
  const bench = new Bench();
  for (const each of [short("a"), ahead("b")]) bench.jobs.take(each);
  await bench.end("a");
  bench.jobs.take(job("long"));
  expect(bench.messages).toEqual([["a succeeded"]]);
});

test("a job that is cancelled while it waits has ended at once, and never starts", async () => {
  const bench = new Bench();
  for (const each of [short("a"), ahead("b"), ahead("c")]) bench.jobs.take(each);
  bench.jobs.cancel({ id: "b", token: 2 });
  expect(bench.messages).toEqual([]);
  bench.jobs.cancel({ id: "b", token: 1 });
  expect(bench.messages).toEqual([["b cancelled"]]);
  await bench.end("a");
  expect(bench.started).toEqual(["a", "c"]);
});

test("what waits goes back when it is asked back, and when the worker takes no more", async () => {
  const bench = new Bench();
  for (const each of [short("a"), ahead("b"), ahead("c")]) bench.jobs.take(each);
  bench.jobs.giveBack();
  expect(bench.messages).toEqual([["b handed-back", "c handed-back"]]);
  bench.jobs.take(ahead("d"));
  const stopped = bench.jobs.stop();
  expect(bench.messages[1]).toEqual(["d handed-back"]);
  bench.jobs.take(short("late"));
  expect(bench.messages[2]).toEqual(["late handed-back"]);
  await bench.end("a");
  await stopped;
  expect(bench.messages[3]).toEqual(["a succeeded"]);
  expect(bench.started).toEqual(["a"]);
  expect(bench.capacities).toEqual([1, 0]);
});

test("what waits behind a run that takes long goes back", async () => {
  const bench = new Bench();
  for (const each of [short("a"), ahead("b")]) bench.jobs.take(each);
  await pause(10);
  expect(bench.messages).toEqual([]);
  await expect.poll(() => bench.messages, { interval: 1 }).toEqual([["b handed-back"]]);
});

test("what waits goes back when a run of a client takes the slot", async () => {
  const bench = new Bench();
  for (const each of [short("a"), ahead("b")]) bench.jobs.take(each);
  const { offer } = bench.jobs;
  bench.jobs.offer = (room) => offer.call(bench.jobs, Math.max(0, room - 1));
  await bench.end("a");
  expect(bench.started).toEqual(["a"]);
  expect(bench.messages.flat()).toEqual(["a succeeded", "b handed-back"]);
  expect(bench.capacities.at(-1)).toBe(0);
});

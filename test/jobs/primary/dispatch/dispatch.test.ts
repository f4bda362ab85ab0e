import { expect, test } from "vitest";
import { nextLife } from "../../../../src/channel/life.ts";
import type { Ended } from "../../../../src/jobs/assignment.ts";
import type { AssignedJob, ClaimedJob } from "../../../../src/jobs/messages/commands.ts";
import { Dispatch } from "../../../../src/jobs/primary/dispatch/dispatch.ts";
import { MarkRegion } from "../../../../src/jobs/primary/dispatch/mark-region.ts";
import { ManualClock } from "../../../helpers/manual-clock.ts";

const life = nextLife(undefined);

const job = (id: string, attempt = 1): ClaimedJob => ({
  id,
  seq: 1,
  token: 1,
  task: "double",
  input: "{}",
  attempt,
  maxAttempts: 3,
  timeoutMs: 1000,
});

const succeeded = { kind: "succeeded", result: "1" } as const;
const settled = () => new Promise(setImmediate);

/** A dispatch with one worker of one slot, whose claims the test answers. */
class Desk {
  readonly clock = new ManualClock();
  readonly claims: { readonly limit: number; give(...jobs: ClaimedJob[]): Promise<void> }[] = [];
  readonly sent: AssignedJob[] = [];
  readonly returned: string[] = [];
  readonly dispatch: Dispatch;
  workers = 1;

  constructor(canMark = true) {
    this.dispatch = new Dispatch({
      clock: this.clock,
      workers: () => this.workers,
      claim: (limit) => {
        const { promise, resolve } = Promise.withResolvers<readonly ClaimedJob[]>();
        const give = async (...jobs: ClaimedJob[]) => {
          resolve(jobs);
          await settled();
        };
        this.claims.push({ limit, give });
        return promise;
      },
      claimQuarantined: async () => null,
      onProbationChange: () => {},
      handBack: (jobs) => this.returned.push(...jobs.map(({ id }) => id)),
      send: (_life, sent) => this.sent.push(sent),
    });
    this.dispatch.attach(life, 1, null, canMark ? new MarkRegion() : undefined);
    this.dispatch.offer(life, 1);
    this.dispatch.told({ ready: 1000, quarantined: 0 });
  }

  get ids(): string[] {
    return this.sent.map(({ id }) => id);
  }

  give(...jobs: ClaimedJob[]): Promise<void> {
    return this.claims.at(-1)?.give(...jobs) ?? Promise.resolve();
  }

  end(id: string, ranMs: number, ended: Ended = succeeded): void {
    const report = { executor: "inline", queuedMs: 0, ranMs, cpuMs: null };
    this.dispatch.ended(life, { ...job(id), ending: { ...ended, report } });
    this.dispatch.move();
  }

  /** So many runs, one after the other. */
  async runs(count: number, ranMs: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      await this.give(job(`run ${index}`));
      this.end(`run ${index}`, ranMs);
    }
    this.sent.length = 0;
  }
}

const many = Array.from({ length: 200 }, (_, index) => job(`${index}`));

test("a job that is cancelled during a claim does not cost the claimed ones", async () => {
  const desk = new Desk();
  await desk.runs(20, 0.1);
  await desk.give(job("runs"), job("cancelled", 3));
  expect(desk.ids).toEqual(["runs"]);
  expect(desk.dispatch.drop(job("cancelled"))).toMatchObject({ id: "cancelled" });
  expect(desk.dispatch.drop(job("cancelled"))).toBeUndefined();
  await desk.give(job("next", 3));
  desk.end("runs", 0.1);
  expect(desk.ids).toEqual(["runs", "next"]);
});

test("before runs have shown to be short, a worker gets no job that it could not start", async () => {
  const desk = new Desk();
  await desk.runs(10, 0.1);
  await desk.give(...many);
  expect(desk.ids).toEqual(["0"]);
});

test("short jobs wait in a worker: 64, and no more than 10 ms of work", async () => {
  for (const [ranMs, waiting] of [
    [0.01, 64],
    [0.5, 19],
  ] as const) {
    const desk = new Desk();
    await desk.runs(20, ranMs);
    await desk.give(...many);
    expect(desk.ids).toHaveLength(1 + waiting);
    expect(desk.sent[0]).not.toHaveProperty("isAhead");
    expect(desk.sent.slice(1).every(({ isAhead }) => isAhead)).toBe(true);
    expect(new Set(desk.sent.map(({ mark }) => mark)).size).toBe(1 + waiting);
  }
});

test("each worker more lets more short jobs be claimed ahead", async () => {
  const limitOf = async (workers: number) => {
    const desk = new Desk();
    desk.workers = workers;
    await desk.runs(100, 0.1);
    return desk.claims.at(-1)?.limit;
  };
  expect(await limitOf(1)).toBe(64);
  expect(await limitOf(2)).toBeGreaterThan(64);
});

test("what workers have waiting is claimed anew when half of it is missing", async () => {
  const desk = new Desk();
  await desk.runs(64, 0.1);
  await desk.give(...many.slice(0, 65));
  const before = desk.claims.length;
  for (let index = 0; index < 31; index++) desk.end(`${index}`, 0.1);
  expect(desk.claims).toHaveLength(before);
  desk.end("31", 0.1);
  expect(desk.claims.slice(before)).toMatchObject([{ limit: 32 }]);
});

test("nothing waits behind runs of 2 ms, or after one of them took long", async () => {
  const slow = new Desk();
  await slow.runs(20, 2);
  await slow.give(...many);
  expect(slow.ids).toEqual(["0"]);
  const uneven = new Desk();
  await uneven.runs(20, 0.1);
  await uneven.runs(1, 30);
  await uneven.runs(99, 0.1);
  await uneven.give(job("first"), job("second"));
  expect(uneven.ids).toEqual(["first"]);
  uneven.end("first", 0.1);
  await uneven.give(job("third"));
  expect(uneven.ids).toEqual(["first", "second", "third"]);
});

test("a last attempt does not wait in a worker, and no other job overtakes it", async () => {
  const desk = new Desk();
  await desk.runs(20, 0.1);
  await desk.give(job("first"), job("last", 3), job("behind"));
  expect(desk.ids).toEqual(["first"]);
  desk.end("first", 0.1);
  expect(desk.ids).toEqual(["first", "last", "behind"]);
  expect(desk.sent[1]).not.toHaveProperty("isAhead");
});

test("nothing waits in a worker that cannot mark its starts", async () => {
  const desk = new Desk(false);
  await desk.runs(20, 0.1);
  await desk.give(...many);
  expect(desk.ids).toEqual(["0"]);
});

test("after a worker has given back what waited, nothing waits there for a second", async () => {
  const desk = new Desk();
  await desk.runs(20, 0.1);
  await desk.give(job("first"), job("second"));
  expect(desk.ids).toEqual(["first", "second"]);
  desk.end("second", 0, { kind: "handed-back" });
  await desk.give(job("third"));
  expect(desk.ids).toEqual(["first", "second"]);
  desk.clock.advance(1000);
  desk.dispatch.move();
  expect(desk.ids).toEqual(["first", "second"]);
  expect(desk.returned).toEqual(["third"]); // No worker took it for 50 ms.
});

test("a suspect is with its worker before a cancel of the same group is handled", async () => {
  const claimed = Promise.withResolvers<ClaimedJob | null>();
  const dispatch = new Dispatch({
    clock: new ManualClock(),
    workers: () => 1,
    claim: async () => [],
    claimQuarantined: () => claimed.promise,
    onProbationChange: () => {},
    handBack: () => {},
    send: () => {},
  });
  dispatch.attach(life, 1);
  dispatch.offer(life, 1);
  dispatch.told({ ready: 0, quarantined: 1 });
  const cancel = Promise.withResolvers<void>();
  const owner = (async () => {
    await cancel.promise;
    return dispatch.ownerOf(job("suspect"));
  })();
  claimed.resolve(job("suspect"));
  cancel.resolve();
  expect(await owner).toBe(life);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Assignment, Ended } from "../../../../../src/jobs/assignment.ts";
import type { FoundBatch, SubmittedBatch } from "../../../../../src/jobs/batch.ts";
import type { Found, Job } from "../../../../../src/jobs/job.ts";
import { isFinal } from "../../../../../src/jobs/job.ts";
import type { StoreCommand } from "../../../../../src/jobs/messages/commands.ts";
import type { NewJob } from "../../../../../src/jobs/new-job.ts";
import { openDatabase } from "../../../../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../../../../src/jobs/sqlite/thread/store.ts";
import { WallClock } from "../../../../../src/jobs/sqlite/thread/wall-clock.ts";
import { plainJob } from "../../../../contracts/queue-under-test.ts";
import { Folder } from "../../../../helpers/embedded-queue.ts";

const succeeded: Ended = { kind: "succeeded", result: "1" };
const failed: Ended = { kind: "failed", error: { type: "task-failed", detail: "" }, retry: false };

/** The store on its file. It can be killed: the next one knows what is on the disk, and no more. */
class KilledStore implements Disposable {
  readonly #folder = new Folder();
  #db = this.#open();
  #store = this.#start();

  ask<Value>(command: StoreCommand): Value {
    const [answer] = this.#store.carryOut([{ call: 1, ...command }]);
    if (!answer || !("value" in answer)) throw new Error(JSON.stringify(answer));
    return answer.value as Value;
  }

  doChores(): boolean {
    return this.#store.doChores();
  }

  kill(): void {
    this.#db.close();
    this.#db = this.#open();
    this.#store = this.#start();
    this.#store.takeBack();
  }

  count(sql: string): number {
    return this.#db.prepare(`SELECT count(*) AS n FROM ${sql}`).get()?.["n"] as number;
  }

  job(id: string): Job {
    const found = this.ask<Found>({ name: "find", args: { id, withResult: false } });
    if (found.kind !== "found") throw new Error(found.kind);
    return found.job;
  }

  [Symbol.dispose](): void {
    this.#db.close();
    this.#folder[Symbol.dispose]();
  }

  #open() {
    const db = openDatabase(this.#folder.file("jobs.db"));
    db.exec("PRAGMA synchronous = OFF");
    return db;
  }

  #start(): Store {
    const options = { retentionMs: 3_600_000, clock: new WallClock(), random: Math.random };
    return new Store({ db: this.#db, ...options });
  }
}

/** Jobs in the order of the list, each after some of those before it. */
const dag = fc.array(
  fc.record({
    after: fc.array(fc.nat(), { maxLength: 3 }),
    onFailure: fc.constantFrom("cancel" as const, "run" as const),
    fails: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("run" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("kill" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const), pick: fc.nat() }) },
  ),
  { maxLength: 40 },
);

describe("a batch of jobs that run after each other", () => {
  test("runs in its order and ends once, whatever fails, is cancelled or killed", () => {
    fc.assert(
      fc.property(dag, steps, (plan, plannedSteps) => {
        using store = new KilledStore();
        const jobs: NewJob[] = plan.map(({ after, onFailure }, place) => ({
          ...{ ...plainJob, onFailure, maxAttempts: 100 },
          after: place === 0 ? [] : after.map((each) => ({ index: each % place })),
        }));
        const batch = { jobs, onEnd: { url: "http://127.0.0.1/" }, key: null };
        const submitted = store.ask<SubmittedBatch>({ name: "submit-batch", args: { batch } });
        if (submitted.kind !== "accepted") throw new Error(submitted.kind);
        const { id } = submitted.batch;
        let finishedAt: number | null = null;

        const look = (): boolean => {
          const found = store.ask<FoundBatch>({ name: "find-batch", args: { id } });
          if (found.kind !== "found") throw new Error(found.kind);
          const { states, total } = found.batch;
          expect(Object.values(states).reduce((sum, each) => sum + each)).toBe(total);
          if (finishedAt !== null) expect(found.batch.finishedAt).toBe(finishedAt);
          ({ finishedAt } = found.batch);
          expect(finishedAt !== null).toBe(states.queued + states.running === 0);
          return finishedAt !== null;
        };
        const runOne = () => {
          const [assignment] = store.ask<Assignment[]>({
            name: "claim",
            args: { limit: 1, onProbation: [] },
          });
          if (!assignment) return;
          const place = submitted.jobs.indexOf(assignment.id);
          for (const each of jobs[place]?.after ?? []) {
            const { state } = store.job(submitted.jobs["index" in each ? each.index : -1] ?? "");
            expect(isFinal(state)).toBe(true);
            if (plan[place]?.onFailure === "cancel") expect(state).toBe("succeeded");
          }
          const ending = plan[place]?.fails ? failed : succeeded;
          const { id: job, token } = assignment;
          store.ask({ name: "end", args: { id: job, token, ending, place: null } });
        };
        for (const step of plannedSteps) {
          if (step.kind === "run") runOne();
          else if (step.kind === "kill") store.kill();
          else {
            const job = submitted.jobs[step.pick % jobs.length] ?? "";
            store.ask({ name: "cancel", args: { id: job } });
          }
          look();
        }
        for (let left = jobs.length + 1; left > 0 && !look(); left--) runOne();
        expect(look()).toBe(true);
        expect(store.count("delivery WHERE batch IS NOT NULL")).toBe(1);
        expect(store.count("dependency")).toBe(0);
        expect(store.count("settling")).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

describe("after a kill", () => {
  test("the dependants that were not told yet are told", () => {
    using store = new KilledStore();
    const many = Array.from({ length: 3000 }, () => ({ ...plainJob, after: [{ index: 0 }] }));
    const jobs = [{ ...plainJob, after: [] }, ...many];
    const batch = { jobs, onEnd: null, key: null };
    const submitted = store.ask<SubmittedBatch>({ name: "submit-batch", args: { batch } });
    if (submitted.kind !== "accepted") throw new Error(submitted.kind);
    store.ask({ name: "cancel", args: { id: submitted.jobs[0] ?? "" } });
    expect(store.count("job WHERE state = 7")).toBeGreaterThan(1000);
    store.kill();
    while (store.doChores());
    expect(store.count("job WHERE state = 7")).toBe(0);
    expect(store.count("job WHERE state = 5")).toBe(3001);
    expect(store.count("dependency")).toBe(0);
  });

  test("a job after one that is retried meanwhile waits for its next end", () => {
    using store = new KilledStore();
    const many = Array.from({ length: 3000 }, () => ({ ...plainJob, after: [{ index: 0 }] }));
    const batch = { jobs: [plainJob, ...many], onEnd: null, key: null };
    const submitted = store.ask<SubmittedBatch>({ name: "submit-batch", args: { batch } });
    if (submitted.kind !== "accepted") throw new Error(submitted.kind);
    const first = submitted.jobs[0] ?? "";
    store.ask({ name: "cancel", args: { id: first } });
    store.ask({ name: "retry", args: { id: first } });
    store.ask({ name: "submit", args: { jobs: [{ ...plainJob, after: [{ id: first }] }] } });
    expect(store.count("job WHERE state = 7")).toBeGreaterThan(1);
    while (store.doChores());
    expect(store.count("job WHERE state = 7")).toBe(1);
    expect(store.count("job WHERE state = 5")).toBe(3000);
    store.ask({ name: "cancel", args: { id: first } });
    expect(store.count("job WHERE state = 5")).toBe(3002);
    expect(store.count("dependency")).toBe(0);
  });

  test("a batch that was being cancelled is cancelled to its end", () => {
    using store = new KilledStore();
    const jobs = Array.from({ length: 3000 }, () => plainJob);
    const batch = { jobs, onEnd: null, key: null };
    const submitted = store.ask<SubmittedBatch>({ name: "submit-batch", args: { batch } });
    if (submitted.kind !== "accepted") throw new Error(submitted.kind);
    const { id } = submitted.batch;
    const cancelled = store.ask<FoundBatch>({ name: "cancel-batch", args: { id } });
    expect(cancelled).toMatchObject({ batch: { finishedAt: null, states: { cancelled: 500 } } });
    store.kill();
    while (store.doChores());
    expect(store.ask<FoundBatch>({ name: "find-batch", args: { id } })).toMatchObject({
      batch: { finishedAt: expect.any(Number), states: { cancelled: 3000 } },
    });
  });
});

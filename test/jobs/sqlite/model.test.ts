import fc from "fast-check";
import { expect, test } from "vitest";
import type { Assignment, Ended, Found, NewJob, Submitted } from "../../../src/jobs/job.ts";
import { isFinal } from "../../../src/jobs/job.ts";
import { pauseMs } from "../../../src/jobs/retry.ts";
import type { StoreCommand } from "../../../src/jobs/sqlite/commands.ts";
import { openDatabase } from "../../../src/jobs/sqlite/thread/file/opening.ts";
import { Store } from "../../../src/jobs/sqlite/thread/store.ts";
import { WallClock } from "../../../src/jobs/sqlite/thread/wall-clock.ts";
import type { QueueStats } from "../../../src/jobs/stats.ts";
import { isSuspect } from "../../../src/jobs/transitions.ts";
import { plainJob } from "../../contracts/queue.ts";
import { Folder } from "../../helpers/embedded-queue.ts";

const retentionMs = 5000;
const error = { type: "task-failed", detail: "no luck" };
const random = () => 0.5;

/** What can be done to the queue. `pick` chooses a job or an attempt, perhaps an old one. */
type Step =
  | {
      readonly do: "submit";
      readonly priority: number;
      readonly delayMs: number;
      readonly max: number;
    }
  | { readonly do: "claim"; readonly limit: number }
  | { readonly do: "claim-quarantined" }
  | { readonly do: "end"; readonly pick: number; readonly how: number }
  | { readonly do: "cancel" | "progress"; readonly pick: number }
  | { readonly do: "lost"; readonly picks: readonly number[] }
  | { readonly do: "wait"; readonly ms: number }
  /** The next server opens the file; the workers of the former one have ended. */
  | { readonly do: "reopen" | "take-back" };

const pick = fc.nat(1000);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("submit" as const),
      priority: fc.integer({ min: -2, max: 2 }),
      delayMs: fc.constantFrom(-50, 0, 0, 100),
      max: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("claim" as const),
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("end" as const), pick, how: fc.nat(4) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("cancel" as const, "progress" as const),
      pick,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("lost" as const),
      picks: fc.array(pick, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("claim-quarantined" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 100, 600, 6000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("reopen" as const, "take-back" as const) }),
  },
);

const endings: readonly Ended[] = [
  { kind: "succeeded", result: "1" },
  { kind: "failed", error, retry: true },
  { kind: "failed", error, retry: false },
  { kind: "cancelled" },
  { kind: "handed-back" },
];

interface ModelJob {
  readonly id: string;
  readonly order: number;
  readonly priority: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  state: "queued" | "running" | "succeeded" | "failed" | "cancelled" | "gone";
  attempts: number;
  losses: number;
  runAt: number;
  token: number;
  cancelRequested: boolean;
  finishedAt: number;
}

/** A model of the queue: the promises of docs/jobs.md in a few lines. */
class Model {
  now = 1_000_000;
  readonly jobs: ModelJob[] = [];
  readonly attempts: { readonly id: string; readonly token: number }[] = [];
  /** Attempts that were running when the file was last opened. */
  former: { readonly id: string; readonly token: number }[] = [];

  /** @param quarantined whether to claim a job that must run alone */
  claim(limit: number, quarantined: boolean): ModelJob[] {
    const ready = this.jobs.filter(
      (job) =>
        job.state === "queued" && job.runAt <= this.now && isSuspect(job.losses) === quarantined,
    );
    const next = ready.sort((a, b) => b.priority - a.priority || a.order - b.order).slice(0, limit);
    for (const job of next) {
      job.state = "running";
      job.attempts++;
      job.token++;
    }
    return next;
  }

  running({ id, token }: { id: string; token: number }): ModelJob | undefined {
    return this.jobs.find((job) => job.id === id && job.token === token && job.state === "running");
  }

  end(job: ModelJob, ending: Ended): void {
    if (job.cancelRequested || ending.kind === "cancelled") this.#finish(job, "cancelled");
    else if (ending.kind === "succeeded") this.#finish(job, "succeeded");
    else if (ending.kind === "handed-back") {
      job.state = "queued";
      job.attempts--;
    } else if (ending.retry && job.attempts < job.maxAttempts) {
      job.state = "queued";
      job.losses = 0;
      job.runAt = this.now + pauseMs(job.backoffMs, job.attempts, random);
    } else this.#finish(job, "failed");
  }

  /** A worker was lost with these. An attempt counts if it was alone, and from the third loss on. */
  lost(jobs: readonly ModelJob[], wasAlone: boolean): void {
    for (const job of jobs) {
      const counts = wasAlone || job.losses >= 2;
      if (job.cancelRequested) this.#finish(job, "cancelled");
      else if (counts && job.attempts >= job.maxAttempts) this.#finish(job, "failed");
      else {
        job.state = "queued";
        job.attempts -= counts ? 0 : 1;
        job.runAt = this.now + (job.losses > 0 ? pauseMs(job.backoffMs, job.losses, random) : 0);
        job.losses++;
      }
    }
  }

  cancel(job: ModelJob): void {
    if (job.state === "queued") this.#finish(job, "cancelled");
    if (job.state === "running") job.cancelRequested = true;
  }

  purge(): void {
    for (const job of this.jobs) {
      if (job.finishedAt <= this.now - retentionMs) job.state = "gone";
    }
  }

  #finish(job: ModelJob, state: ModelJob["state"]): void {
    job.state = state;
    job.finishedAt = this.now;
  }
}

function attemptOf({ id, token }: ModelJob) {
  return { id, token };
}

/** The store on a real file, with a clock that the test moves. */
class Subject {
  readonly model = new Model();
  readonly #path: string;
  #db;
  #store;

  constructor(path: string) {
    this.#path = path;
    [this.#db, this.#store] = this.#open();
  }

  #open() {
    const db = openDatabase(this.#path);
    const now = () => this.model.now;
    const clock = new WallClock(now, now);
    return [db, new Store({ db, retentionMs, clock, random })] as const;
  }

  reopen(): void {
    this.#db.close();
    [this.#db, this.#store] = this.#open();
  }

  close(): void {
    this.#db.close();
  }

  chores(): void {
    while (this.#store.doChores());
  }

  ask<Value>(command: StoreCommand): Value {
    const [answer] = this.#store.carryOut([{ call: 1, ...command }]);
    if (!answer || !("value" in answer)) throw new Error(JSON.stringify(answer));
    return answer.value as Value;
  }

  take(what: Step): void {
    const { model } = this;
    switch (what.do) {
      case "submit":
        this.#submit(what);
        break;
      case "claim": {
        const claimed = this.ask<readonly Assignment[]>({
          name: "claim",
          args: { limit: what.limit, onProbation: [] },
        });
        const expected = model.claim(what.limit, false);
        expect(claimed.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        expect(claimed.map(({ attempt }) => attempt)).toEqual(expected.map((job) => job.attempts));
        model.attempts.push(...claimed.map(({ id, token }) => ({ id, token })));
        break;
      }
      case "claim-quarantined": {
        const claimed = this.ask<Assignment | null>({ name: "claim-quarantined", args: {} });
        const [expected] = model.claim(1, true);
        expect(claimed?.id).toBe(expected?.id);
        if (claimed) model.attempts.push({ id: claimed.id, token: claimed.token });
        break;
      }
      case "lost":
        this.#lose(what.picks);
        break;
      case "end":
      case "progress":
        this.#onAttempt(what);
        break;
      case "cancel": {
        const job = model.jobs[what.pick % model.jobs.length];
        if (!job) break;
        this.ask({ name: "cancel", args: { id: job.id } });
        model.cancel(job);
        break;
      }
      case "wait":
        model.now += what.ms;
        this.chores();
        model.purge();
        break;
      case "reopen":
        this.reopen();
        model.former = model.jobs.filter(({ state }) => state === "running").map(attemptOf);
        break;
      case "take-back":
        expect(this.#store.takeBack()).toBe(true);
        this.#lost(model.former);
        model.former = [];
    }
  }

  #submit({ priority, delayMs, max }: Extract<Step, { do: "submit" }>): void {
    const { model } = this;
    const runAt = model.now + delayMs;
    const job: NewJob = { ...plainJob, priority, maxAttempts: max, backoffMs: 1000, runAt };
    const [submitted] = this.ask<readonly Submitted[]>({ name: "submit", args: { jobs: [job] } });
    if (submitted?.kind !== "accepted") throw new Error("not accepted");
    model.jobs.push({
      id: submitted.job.id,
      order: model.jobs.length,
      ...{
        priority,
        maxAttempts: max,
        backoffMs: 1000,
        state: "queued",
        attempts: 0,
        losses: 0,
        token: 0,
      },
      runAt: Math.max(runAt, model.now),
      cancelRequested: false,
      finishedAt: Number.POSITIVE_INFINITY,
    });
  }

  #lose(picks: readonly number[]): void {
    const { model } = this;
    const picked = picks.flatMap((each) => model.attempts[each % model.attempts.length] ?? []);
    const attempts = [...new Set(picked)];
    if (attempts.length === 0) return;
    this.ask({ name: "lost", args: { attempts, wasAlone: attempts.length === 1 } });
    this.#lost(attempts);
  }

  #lost(attempts: readonly { readonly id: string; readonly token: number }[]): void {
    const { model } = this;
    const jobs = attempts.flatMap((attempt) => model.running(attempt) ?? []);
    model.lost(jobs, attempts.length === 1);
  }

  #onAttempt(what: Extract<Step, { do: "end" | "progress" | "cancel" }>): void {
    const { model } = this;
    const attempt = model.attempts[what.pick % model.attempts.length];
    if (!attempt) return;
    const job = model.running(attempt);
    if (what.do === "end") {
      const ending = endings[what.how] as Ended;
      this.ask({ name: "end", args: { ...attempt, ending } });
      if (job) model.end(job, ending);
    } else {
      this.ask({ name: "progress", args: { ...attempt, progress: "1" } });
    }
  }

  check(): void {
    const counts = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 };
    for (const expected of this.model.jobs) {
      const found = this.ask<Found>({ name: "find", args: { id: expected.id, withResult: true } });
      if (expected.state === "gone") {
        expect(found.kind).toBe("gone");
        continue;
      }
      counts[expected.state]++;
      if (found.kind !== "found") throw new Error(`${expected.id} is ${found.kind}`);
      const { state, attempts } = expected;
      expect(found.job).toMatchObject({ state, attempts });
      expect(found.job.finishedAt !== null).toBe(isFinal(state));
      expect(found.result !== null).toBe(state === "succeeded");
      if (state === "failed") expect(found.job.error).not.toBeNull();
    }
    expect(this.ask<QueueStats>({ name: "stats", args: {} }).states).toEqual(counts);
  }
}

test("after any steps in any order the queue equals its model", () => {
  using folder = new Folder();
  let file = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
      const subject = new Subject(folder.file(`${++file}.db`));
      try {
        for (const each of steps) {
          subject.take(each);
          subject.check();
        }
      } finally {
        subject.close();
      }
    }),
    { numRuns: 60 },
  );
});

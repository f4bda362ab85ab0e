/** What the file keeps of attempts: rows, checkpoints and pauses, and when they are removed. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Assignment, Ended } from "../../../../../src/jobs/assignment.ts";
import type { AttemptReport, PastAttempt } from "../../../../../src/jobs/attempt.ts";
import { StoreOnFile } from "../../../../helpers/store-on-file.ts";

const hour = 3_600_000;
const retentionMs = 24 * hour;
const error = { type: "task-failed", detail: "no luck" };
const report: AttemptReport = { executor: "threads", queuedMs: 1, ranMs: 2, cpuMs: null };
const succeeded: Ended = { kind: "succeeded", result: "1", report };
const failed: Ended = { kind: "failed", error, retry: false, report };

let queue: StoreOnFile;
beforeEach(() => {
  queue = new StoreOnFile({ retentionMs });
});
afterEach(() => queue[Symbol.dispose]());

function claimed(): Assignment {
  queue.chores();
  return queue.claim();
}

function end(attempt: Assignment, ending: Ended): void {
  queue.end(attempt, ending, { worker: 1, pid: 5 });
}

function keep({ id, token }: Assignment, checkpoint: string): void {
  queue.ask({ name: "checkpoint", args: { id, token, checkpoint } });
}

const attempts = (id: string) =>
  queue.ask<{ attempts: readonly PastAttempt[] }>({ name: "attempts", args: { id } }).attempts;

const rows = (table: "attempt" | "checkpoint") => queue.count(table);

describe("the attempts of a job", () => {
  test("are at most the latest hundred", () => {
    const id = queue.submit();
    for (let attempt = 1; attempt <= 103; attempt++) {
      end(claimed(), { kind: "snoozed", pauseMs: 100, report: { ...report, ranMs: attempt } });
      queue.now += 100;
    }
    const ranMs = attempts(id).map((each) => each.ranMs);
    expect(ranMs).toEqual(Array.from({ length: 100 }, (_, index) => index + 4));
    expect(rows("attempt")).toBe(100);
  });

  test("are not fewer where the job was given back many times before it started", () => {
    const id = queue.submit();
    end(claimed(), { kind: "snoozed", pauseMs: 100, report });
    queue.now += 100;
    for (let times = 0; times < 150; times++) end(claimed(), { kind: "handed-back" });
    end(claimed(), succeeded);
    expect(attempts(id).map(({ outcome }) => outcome)).toEqual(["snoozed", "succeeded"]);
  });

  test("keep what they cost to the microsecond, and what nobody knows is null", () => {
    const id = queue.submit();
    queue.now += 40;
    end(claimed(), { ...succeeded, report: { ...report, queuedMs: 1.234, ranMs: 0.001 } });
    expect(attempts(id)).toMatchObject([
      { queuedMs: 41.234, ranMs: 0.001, cpuMs: null, worker: 1, pid: 5, executor: "threads" },
    ]);
  });

  test("are removed with their job, as is its checkpoint", () => {
    queue.submit();
    const first = claimed();
    keep(first, "1");
    end(first, failed);
    expect([rows("attempt"), rows("checkpoint")]).toEqual([1, 1]);
    queue.now += retentionMs;
    queue.chores();
    expect([rows("attempt"), rows("checkpoint")]).toEqual([0, 0]);
  });
});

describe("a checkpoint", () => {
  test("is removed when the job succeeds", () => {
    queue.submit();
    const first = claimed();
    for (const value of ["1", "2", "3"]) keep(first, value);
    expect(rows("checkpoint")).toBe(1);
    end(first, succeeded);
    expect(rows("checkpoint")).toBe(0);
  });

  test("outlives a failure and a new server: a retry by hand goes on from it", () => {
    const id = queue.submit();
    const first = claimed();
    keep(first, '{"page":5}');
    end(first, failed);
    queue.reopen();
    queue.ask({ name: "retry", args: { id } });
    const second = claimed();
    expect(second).toMatchObject({ attempt: 1, checkpoint: '{"page":5}' });
    end(second, succeeded);
    expect(attempts(id).map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, "failed"],
      [1, "succeeded"],
    ]);
  });

  test("of an attempt that counts no more is ignored", () => {
    queue.submit();
    const first = claimed();
    end(first, { kind: "handed-back" });
    keep(first, '"late"');
    expect(rows("checkpoint")).toBe(0);
    expect(claimed()).not.toHaveProperty("checkpoint");
  });
});

describe("a pause that a task asked for", () => {
  const runAt = (id: string) => queue.job(id).runAt;

  test.each<Ended>([
    { kind: "failed", error, retry: true, pauseMs: 5 * hour },
    { kind: "snoozed", pauseMs: 5 * hour },
  ])("is not cut to the back-off by a restart, and bounds what a clock can do: %j", (ending) => {
    const id = queue.submit();
    end(claimed(), ending);
    expect(runAt(id)).toBe(queue.now + 5 * hour);
    queue.reopen();
    expect(runAt(id)).toBe(queue.now + 5 * hour);
    queue.now -= 48 * hour;
    queue.reopen();
    expect(runAt(id)).toBe(queue.now + 5 * hour);
  });
});

/** A job that waits and is replaced begins again: nothing of its earlier attempts is left. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Ended } from "../../../../../src/jobs/assignment.ts";
import type { NewJob } from "../../../../../src/jobs/new-job.ts";
import { StoreOnFile } from "../../../../helpers/store-on-file.ts";

const failed: Ended = {
  kind: "failed",
  error: { type: "task-failed", detail: "no luck" },
  retry: true,
};

let queue: StoreOnFile;
beforeEach(() => {
  queue = new StoreOnFile();
});
afterEach(() => queue[Symbol.dispose]());

const unique = { key: "k", while: "unfinished", onConflict: "replace" } as const;
const submit = (job: Partial<NewJob> = {}) => queue.submit({ unique, ...job });

describe("a job that was replaced between two attempts", () => {
  test("has made none, and has no error", () => {
    const id = submit({ backoffMs: 60_000 });
    queue.end(queue.claim(), failed);
    expect(queue.job(id)).toMatchObject({ attempts: 1, error: { type: "task-failed" } });
    expect(submit()).toBe(id);
    expect(queue.job(id)).toMatchObject({ state: "queued", attempts: 0, error: null });
    expect(queue.claim()).toMatchObject({ id, attempt: 1 });
  });

  test("is no suspect any more", () => {
    const id = submit();
    for (let loss = 0; loss < 2; loss++) queue.lose(queue.claim());
    queue.now += 60_000;
    queue.chores();
    expect([queue.store.ready, queue.store.quarantined]).toEqual([0, 1]);
    submit();
    expect([queue.store.ready, queue.store.quarantined]).toEqual([1, 0]);
    queue.lose(queue.claim(), false);
    expect(queue.job(id).attempts).toBe(0);
    expect(queue.store.ready).toBe(1);
  });

  test("does not go on from a checkpoint", () => {
    submit();
    const attempt = queue.claim();
    const { id, token } = attempt;
    queue.ask({ name: "checkpoint", args: { id, token, checkpoint: "5" } });
    queue.lose(attempt);
    submit();
    expect(queue.count("checkpoint")).toBe(0);
    expect(queue.claim()).not.toHaveProperty("checkpoint");
  });

  test("waits for a time that was planned, and is not pausing", () => {
    const id = submit({ backoffMs: 60_000 });
    queue.end(queue.claim(), failed);
    const runAt = queue.now + 3_600_000;
    submit({ runAt });
    // A retry by hand ends a pause, and leaves a planned time.
    queue.ask({ name: "retry", args: { id } });
    expect(queue.job(id).runAt).toBe(runAt);
  });
});

describe("a job that was replaced", () => {
  test("has the tags of the new one, and no others", () => {
    const id = submit({ tags: ["old"] });
    submit({ tags: ["new"] });
    const listed = (tag: string) =>
      queue.ask<{ jobs: { id: string }[] }>({ name: "list", args: { listing: { limit: 9, tag } } })
        .jobs;
    expect(listed("old")).toEqual([]);
    expect(listed("new")).toMatchObject([{ id }]);
  });

  test("still waits for what it was to run after, and still has others wait for it", () => {
    const first = queue.submit();
    const id = submit({ after: [{ id: first }] });
    const last = queue.submit({ after: [{ id }] });
    submit();
    expect(queue.claim().id).toBe(first);
    expect(queue.store.ready).toBe(0);
    queue.ask({ name: "cancel", args: { id } });
    expect(queue.job(last).state).toBe("cancelled");
  });

  test("expires at the time of the new one", () => {
    const id = submit();
    expect(queue.store.nextDueAt()).toBeUndefined();
    submit({ startBefore: queue.now + 500 });
    expect(queue.store.nextDueAt()).toBe(queue.now + 500);
    queue.now += 500;
    queue.chores();
    expect(queue.job(id).state).toBe("expired");
  });
});

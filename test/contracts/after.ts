import { describe, expect, test } from "vitest";
import type { Ending } from "../../src/jobs/assignment.ts";
import type { Job } from "../../src/jobs/job.ts";
import type { NewJob } from "../../src/jobs/new-job.ts";
import { becomes } from "./becomes.ts";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { Hands, plainJob } from "./queue-under-test.ts";

const succeeded: Ending = { kind: "succeeded", result: "1" };
const failed = {
  kind: "failed",
  error: { type: "task-failed", detail: "no luck" },
  retry: false,
} as const satisfies Ending;

/** What every queue holds to with jobs that are to run after others. */
export function afterContract(name: string, open: OpenQueue): void {
  describe(`${name} runs jobs after others`, () => {
    const queue = openForEachTest(open);
    const { accepted, find, reaches } = queue;

    const acceptedAfter = (jobs: readonly Job[], more: Partial<NewJob> = {}) =>
      accepted({ after: jobs.map(({ id }) => ({ id })), ...more });

    test("a job waits for all its prerequisites, and says for how many", async () => {
      const [first, second] = [await accepted(), await accepted()];
      const job = await acceptedAfter([first, second, first]);
      expect(job).toMatchObject({ state: "queued", waitsFor: 2 });
      const hands = new Hands(queue, 3);
      await hands.has(2);
      hands.end(0, succeeded);
      await becomes(queue, job.id, ({ waitsFor }) => waitsFor === 1);
      expect(hands.started).toHaveLength(2);
      hands.end(1, succeeded);
      await hands.has(3);
      expect(hands.started[2]).toMatchObject({ id: job.id, attempt: 1 });
      hands.end(2, succeeded);
      expect(await reaches(job.id, "succeeded")).toMatchObject({ waitsFor: 0 });
    });

    test("a prerequisite that has succeeded is no obstacle", async () => {
      const first = await accepted();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      hands.end(0, succeeded);
      await reaches(first.id, "succeeded");
      const job = await acceptedAfter([first]);
      expect(job).toMatchObject({ waitsFor: 0 });
      hands.consumption.offer(1);
      await hands.has(2);
      expect(hands.started[1]?.id).toBe(job.id);
    });

    test("a job of a batch waits for earlier jobs and for those of its batch", async () => {
      const earlier = [await accepted(), await accepted()];
      const after = [...earlier.map(({ id }) => ({ id })), { index: 0 }];
      const jobs = [plainJob, { ...plainJob, after }];
      const batch = await queue.batches.submit({ jobs, onEnd: null, key: null });
      if (batch.kind !== "accepted") throw new Error(batch.kind);
      const last = batch.jobs[1] ?? "";
      expect(await find(last)).toMatchObject({ waitsFor: 3 });
      const hands = new Hands(queue, 4);
      await hands.has(3);
      for (const at of [0, 1, 2]) {
        expect(hands.started).toHaveLength(3);
        hands.end(at, succeeded);
        await reaches(hands.started[at]?.id ?? "", "succeeded");
      }
      await hands.has(4);
      expect(hands.started[3]?.id).toBe(last);
    });

    test("the time of a job counts after its prerequisites", async () => {
      const first = await accepted();
      const runAt = Date.now() + 1000;
      const job = await acceptedAfter([first], { runAt });
      const hands = new Hands(queue, 2);
      await hands.has(1);
      hands.end(0, succeeded);
      const told = await becomes(queue, job.id, ({ waitsFor }) => waitsFor === 0);
      expect(told).toMatchObject({ state: "queued", runAt });
      const { startedAt } = await reaches(job.id, "running");
      expect(startedAt).toBeGreaterThanOrEqual(runAt);
    });

    test.each(["failed", "cancelled"] as const)(
      "a job is cancelled after one that has %s, and so are those after it",
      async (state) => {
        const first = await accepted();
        const job = await acceptedAfter([first, await accepted({ runAt: Date.now() + 60_000 })]);
        const next = await acceptedAfter([job]);
        const last = await acceptedAfter([next]);
        if (state === "cancelled") await queue.control.cancel(first.id);
        else {
          const hands = new Hands(queue, 1);
          await hands.has(1);
          hands.end(0, failed);
        }
        await reaches(first.id, state);
        const ends = await Promise.all([job, next, last].map(({ id }) => reaches(id, "cancelled")));
        const reasons = [first, job, next].map(({ id }) => id);
        ends.forEach(({ error, attempts, waitsFor }, place) => {
          expect(error?.detail).toContain(reasons[place]);
          expect([attempts, waitsFor]).toEqual([0, 0]);
        });
      },
    );

    test("a job that is to run anyway runs after a failure, and after a cancel", async () => {
      const [first, second] = [await accepted(), await accepted({ runAt: Date.now() + 60_000 })];
      const job = await acceptedAfter([first, second], { onFailure: "run" });
      const hands = new Hands(queue, 2);
      await hands.has(1);
      hands.end(0, failed);
      await becomes(queue, job.id, ({ waitsFor }) => waitsFor === 1);
      await queue.control.cancel(second.id);
      await hands.has(2);
      expect(hands.started[1]?.id).toBe(job.id);
    });

    test("after a failure that has happened a new job is cancelled at once, or runs", async () => {
      const first = await accepted();
      await queue.control.cancel(first.id);
      const waiting = await accepted({ runAt: Date.now() + 60_000 });
      const job = await acceptedAfter([waiting, first]);
      expect(job).toMatchObject({ state: "cancelled", error: { type: "job-cancelled" } });
      expect(job.error?.detail).toContain(first.id);
      expect(await find(job.id)).toEqual(job);
      expect(await acceptedAfter([first], { onFailure: "run" })).toMatchObject({ waitsFor: 0 });
    });

    test("a job that waits for others is cancelled at once, and its own go by their rule", async () => {
      const first = await accepted();
      const job = await acceptedAfter([first]);
      const [next, anyway] = [
        await acceptedAfter([job]),
        await acceptedAfter([job], { onFailure: "run" }),
      ];
      expect(await queue.control.cancel(job.id)).toMatchObject({ job: { state: "cancelled" } });
      await reaches(next.id, "cancelled");
      await becomes(queue, anyway.id, ({ waitsFor }) => waitsFor === 0);
      const hands = new Hands(queue, 2);
      await hands.has(2);
      expect(hands.started.map(({ id }) => id)).toEqual([first.id, anyway.id]);
      hands.end(0, succeeded);
      await reaches(first.id, "succeeded");
      expect(await find(job.id)).toMatchObject({ state: "cancelled", error: null });
    });

    test("a job that is retried has not ended for those that wait for it", async () => {
      const first = await accepted({ maxAttempts: 2 });
      const job = await acceptedAfter([first]);
      const hands = new Hands(queue, 1);
      await hands.has(1);
      hands.end(0, { ...failed, retry: true });
      hands.consumption.offer(1);
      await hands.has(2);
      expect(await find(job.id)).toMatchObject({ state: "queued", waitsFor: 1 });
      hands.end(1, succeeded);
      await becomes(queue, job.id, ({ waitsFor }) => waitsFor === 0);
    });

    test("a job after one that never was is refused, with the place of each", async () => {
      const first = await accepted();
      const after = [{ id: "nonsense" }, { id: first.id }, { id: `${first.id.slice(0, -1)}_` }];
      const [answer, other] = await queue.jobs.submit([{ ...plainJob, after }, plainJob]);
      expect(answer).toEqual({
        kind: "no-prerequisite",
        faults: [
          { place: 0, why: "unknown" },
          { place: 2, why: "unknown" },
        ],
      });
      expect(other?.kind).toBe("accepted");
      expect((await queue.jobs.stats()).submitted).toBe(2);
    });

    test("a thousand jobs that wait for one all run, or are all cancelled", async () => {
      const first = await accepted();
      const many = Array.from({ length: 1200 }, (_, index) => ({
        ...plainJob,
        after: [{ id: first.id }],
        onFailure: index % 2 === 0 ? ("run" as const) : ("cancel" as const),
      }));
      const jobs = await queue.jobs.submit(many);
      await queue.control.cancel(first.id);
      const last = jobs.slice(-2).map((each) => (each.kind === "accepted" ? each.job.id : ""));
      await becomes(queue, last[0] ?? "", ({ waitsFor }) => waitsFor === 0);
      await reaches(last[1] ?? "", "cancelled");
      expect((await queue.jobs.stats()).states).toMatchObject({ queued: 600, cancelled: 601 });
    });

    test("a chain of a thousand is cancelled to its end", async () => {
      let job = await accepted({ runAt: Date.now() + 60_000 });
      const first = job;
      for (let length = 1; length < 1000; length++) job = await acceptedAfter([job]);
      await queue.control.cancel(first.id);
      await reaches(job.id, "cancelled");
      expect((await queue.jobs.stats()).states).toMatchObject({ queued: 0, cancelled: 1000 });
    });

    test("a prerequisite that was removed is gone", async () => {
      await using brief = await open({ retentionMs: 100 });
      const { queue: own } = brief.worker();
      const submit = async (after: NewJob["after"]) =>
        (await own.jobs.submit([{ ...plainJob, after }]))[0];
      const first = await submit([]);
      const id = first?.kind === "accepted" ? first.job.id : "";
      const next = await submit([{ id }]);
      await own.control.cancel(id);
      // The watch of an ended job is over: this one asks until it is gone.
      while ((await own.jobs.find(id)).kind === "found") await new Promise(setImmediate);
      expect(await submit([{ id }])).toMatchObject({ faults: [{ place: 0, why: "gone" }] });
      if (next?.kind !== "accepted") throw new Error("not accepted");
      while ((await own.jobs.find(next.job.id)).kind === "found") await new Promise(setImmediate);
      expect((await own.jobs.stats()).states).toMatchObject({ queued: 0, cancelled: 0 });
    });
  });
}

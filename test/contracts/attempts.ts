import { describe, expect, test } from "vitest";
import type { Ended, Ending } from "../../src/jobs/assignment.ts";
import type { AttemptReport } from "../../src/jobs/attempt.ts";
import type { NewJob } from "../../src/jobs/new-job.ts";
import { becomes } from "./becomes.ts";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { Hands, plainJob } from "./queue-under-test.ts";

/** The queue does its chores once a second. */
const long = { timeout: 20_000 };

const error = { type: "task-failed", detail: "no luck" };
const report: AttemptReport = { executor: "inline", queuedMs: 1.5, ranMs: 20.25, cpuMs: null };
const succeeded: Ending = { kind: "succeeded", result: "1", report };
const failed: Extract<Ended, { kind: "failed" }> = { kind: "failed", error, retry: true, report };

/** What every queue holds to about the attempts of its jobs: history, checkpoints, what a task decides. */
export function attemptContract(name: string, open: OpenQueue): void {
  describe(`${name} keeps attempts`, () => {
    const queue = openForEachTest(open);
    const { reaches } = queue;

    async function accepted(job: Partial<NewJob> = {}): Promise<string> {
      const [submitted] = await queue.jobs.submit([{ ...plainJob, ...job }]);
      if (submitted?.kind !== "accepted") throw new Error("The job was not accepted");
      return submitted.job.id;
    }

    async function attempts(id: string) {
      const found = await queue.jobs.attempts(id);
      if (found.kind !== "found") throw new Error(`The job is ${found.kind}`);
      return found.attempts;
    }

    test("a job has no history before its first attempt has ended", async () => {
      const id = await accepted();
      expect(await attempts(id)).toEqual([]);
      expect(await queue.jobs.attempts("nothing")).toEqual({ kind: "unknown" });
    });

    test("each attempt is kept with what it cost, its error, its stack and its log", async () => {
      const id = await accepted();
      const hands = new Hands(queue, 5);
      await hands.has(1);
      const before = Date.now();
      const log = { lines: [{ at: before, text: "page 1" }], dropped: 3 };
      const stack = "Error: no luck\n    at task.js:1";
      hands.end(0, { ...failed, report: { ...report, stack, log } });
      await hands.has(2);
      hands.end(1, succeeded);
      await reaches(id, "succeeded");
      const kept = { worker: expect.any(Number), executor: "inline", ranMs: 20.25, cpuMs: null };
      const none = { error: null, stack: null, log: { lines: [], dropped: 0 } };
      const all = await attempts(id);
      expect(all).toMatchObject([
        { ...kept, number: 1, outcome: "failed", counts: true, error, stack, log },
        { ...kept, number: 2, outcome: "succeeded", counts: true, ...none },
      ]);
      for (const { startedAt, endedAt, queuedMs } of all) {
        expect(endedAt).toBeGreaterThanOrEqual(startedAt);
        expect(queuedMs).toBeGreaterThanOrEqual(1.5);
      }
    });

    test("an attempt that was lost is kept with its worker", async () => {
      const id = await accepted();
      const lost = queue.worker(7);
      await new Hands(lost.queue, 1).has(1);
      lost.lose();
      await becomes(queue, id, ({ state }) => state === "queued");
      const unknown = { executor: null, queuedMs: null, ranMs: null, cpuMs: null };
      expect(await attempts(id)).toMatchObject([
        { number: 1, outcome: "lost", counts: true, worker: 7, ...unknown },
      ]);
      expect((await attempts(id))[0]?.error?.type).toBe("worker-lost");
    });

    test("what was handed back is kept only if it had started", async () => {
      const id = await accepted();
      const hands = new Hands(queue, 5);
      await hands.has(1);
      hands.end(0, { kind: "handed-back" });
      await hands.has(2);
      expect(await attempts(id)).toEqual([]);
      hands.end(1, { kind: "handed-back", report });
      await hands.has(3);
      expect(await attempts(id)).toMatchObject([{ outcome: "handed-back", counts: false }]);
    });

    test("a cancelled attempt is kept, however its run ended", async () => {
      const id = await accepted();
      const hands = new Hands(queue, 5);
      await hands.has(1);
      await queue.control.cancel(id);
      hands.end(0, succeeded);
      await reaches(id, "cancelled");
      expect(await attempts(id)).toMatchObject([{ outcome: "cancelled", counts: true }]);
    });

    test("a snoozed attempt does not count, and leaves no error", async () => {
      const id = await accepted({ maxAttempts: 1 });
      const hands = new Hands(queue, 5);
      await hands.has(1);
      const before = Date.now();
      hands.end(0, { kind: "snoozed", pauseMs: 3_600_000, report });
      const job = await becomes(queue, id, ({ state }) => state === "queued");
      expect(job).toMatchObject({ attempts: 0, error: null, startedAt: null });
      expect(job.runAt).toBeGreaterThanOrEqual(before + 3_600_000);
      expect(await attempts(id)).toMatchObject([{ outcome: "snoozed", counts: false }]);
    });

    test("a job may be snoozed more often than it may be tried, and then succeeds", async () => {
      const id = await accepted({ maxAttempts: 1 });
      const hands = new Hands(queue, 5);
      for (const index of [0, 1, 2]) {
        await hands.has(index + 1);
        hands.end(index, { kind: "snoozed", pauseMs: 100, report });
      }
      await hands.has(4);
      hands.end(3, succeeded);
      expect(await reaches(id, "succeeded")).toMatchObject({ attempts: 1 });
      const numbers = (await attempts(id)).map(({ number, outcome }) => [number, outcome]);
      expect(numbers).toEqual([
        [1, "snoozed"],
        [1, "snoozed"],
        [1, "snoozed"],
        [1, "succeeded"],
      ]);
    });

    test("a failure with a pause of the task waits for that, and not for the back-off", async () => {
      const id = await accepted({ backoffMs: 1 });
      const hands = new Hands(queue, 5);
      await hands.has(1);
      const before = Date.now();
      hands.end(0, { ...failed, pauseMs: 3_600_000 });
      const job = await becomes(queue, id, ({ state }) => state === "queued");
      expect(job).toMatchObject({ attempts: 1, error });
      expect(job.runAt).toBeGreaterThanOrEqual(before + 3_600_000);
    });

    test.each<[string, Ending]>([
      ["failed", failed],
      ["was snoozed", { kind: "snoozed", pauseMs: 100 }],
      ["was handed back", { kind: "handed-back" }],
    ])("the attempt after one that %s finds its latest checkpoint", async (_, ending) => {
      const id = await accepted();
      const hands = new Hands(queue, 5);
      await hands.has(1);
      expect(hands.started[0]).not.toHaveProperty("checkpoint");
      hands.checkpoints.get(0)?.('{"page":1}');
      hands.checkpoints.get(0)?.('{"page":2}');
      hands.end(0, ending);
      await hands.has(2);
      expect(hands.started[1]?.checkpoint).toBe('{"page":2}');
      hands.end(1, succeeded);
      await reaches(id, "succeeded");
    });

    test("the attempt after a lost one finds its checkpoint; a late one of that is ignored", async () => {
      const id = await accepted();
      const lost = queue.worker();
      const first = new Hands(lost.queue, 1);
      await first.has(1);
      first.checkpoints.get(0)?.("1");
      first.progress.get(0)?.("1");
      await becomes(queue, id, ({ progress }) => progress === "1");
      lost.lose();
      first.checkpoints.get(0)?.("2");
      const hands = new Hands(queue, 5);
      await hands.has(1);
      expect(hands.started[0]?.checkpoint).toBe("1");
    });

    test("an attempt without a checkpoint of its own hands on the earlier one", async () => {
      await accepted();
      const hands = new Hands(queue, 5);
      await hands.has(1);
      hands.checkpoints.get(0)?.("1");
      hands.end(0, failed);
      await hands.has(2);
      hands.end(1, failed);
      await hands.has(3);
      expect(hands.started[2]?.checkpoint).toBe("1");
    });

    test("the history of a job that was removed is gone", async () => {
      await using brief = await open({ retentionMs: 1 });
      const { queue: own } = brief.worker();
      const hands = new Hands(own, 1);
      const [submitted] = await own.jobs.submit([plainJob]);
      const id = submitted?.kind === "accepted" ? submitted.job.id : "";
      await hands.has(1);
      hands.end(0, succeeded);
      await expect.poll(async () => (await own.jobs.attempts(id)).kind, long).toBe("gone");
    });
  });
}

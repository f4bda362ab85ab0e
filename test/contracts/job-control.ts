import { beforeEach, describe, expect, test } from "vitest";
import type { Ending } from "../../src/jobs/assignment.ts";
import type { JobControl } from "../../src/jobs/control.ts";
import type { Job } from "../../src/jobs/job.ts";
import type { NewJob } from "../../src/jobs/new-job.ts";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { Hands, plainJob } from "./queue-under-test.ts";

const succeeded: Ending = { kind: "succeeded", result: "2" };
const failed: Ending = {
  kind: "failed",
  error: { type: "task-failed", detail: "no luck" },
  retry: true,
};
const inAnHour = () => Date.now() + 3_600_000;

/** What every queue holds to for what is done by hand (see src/jobs/control.ts). */
export function jobControlContract(name: string, open: OpenQueue): void {
  describe(`${name} is controlled by hand`, () => {
    const queue = openForEachTest(open);
    const { accepted } = queue;
    let control: JobControl;
    beforeEach(() => {
      control = queue.control;
    });

    async function found(id: string): Promise<Job> {
      const answer = await queue.jobs.find(id);
      if (answer.kind !== "found") throw new Error(`The job is ${answer.kind}`);
      return answer.job;
    }

    function reaches(id: string, wished: (job: Job) => boolean): Promise<Job> {
      const { promise, resolve } = Promise.withResolvers<Job>();
      const callOff = queue.jobs.watch(id, (now) => {
        if (now.kind === "found" && wished(now.job)) resolve(now.job);
      });
      return promise.finally(() => callOff());
    }

    /** A job that has ended like this. */
    async function ended(hands: Hands, ending: Ending, job: Partial<NewJob> = {}): Promise<Job> {
      const { id } = await accepted({ maxAttempts: 1, ...job });
      const index = hands.started.length;
      hands.consumption.offer(1);
      await hands.has(index + 1);
      hands.end(index, ending);
      return reaches(id, ({ finishedAt }) => finishedAt !== null);
    }

    const jobOf = async (changed: Promise<{ found: { kind: string; job?: Job } }>) =>
      (await changed).found.job as Job;

    test("a failed job that is retried is queued as if it had never run, with its error", async () => {
      const hands = new Hands(queue, 0);
      const job = await ended(hands, failed);
      expect(job).toMatchObject({ state: "failed", attempts: 1 });
      const again = await jobOf(control.retry(job.id));
      expect(again).toMatchObject({
        ...{ state: "queued", attempts: 0, startedAt: null, finishedAt: null },
        error: { type: "task-failed", detail: "no luck" },
      });
      expect(again.version).toBeGreaterThan(job.version);
      hands.consumption.offer(1);
      await hands.has(2);
      expect(hands.started[1]).toMatchObject({ id: job.id, attempt: 1, input: plainJob.input });
      expect(hands.started[1]?.token).not.toBe(hands.started[0]?.token);
      hands.end(1, succeeded);
      expect(await reaches(job.id, ({ state }) => state === "succeeded")).toMatchObject({
        error: null,
      });
      expect((await queue.jobs.stats()).states).toMatchObject({
        queued: 0,
        succeeded: 1,
        failed: 0,
      });
    });

    test("a cancelled job runs again, and is no longer to be cancelled", async () => {
      const hands = new Hands(queue, 1);
      const { id } = await accepted();
      await hands.has(1);
      await queue.control.cancel(id);
      hands.end(0, { kind: "cancelled" });
      await reaches(id, ({ state }) => state === "cancelled");
      expect(await jobOf(control.retry(id))).toMatchObject({
        ...{ state: "queued", cancelRequested: false, error: null },
      });
      hands.consumption.offer(1);
      await hands.has(2);
      hands.end(1, succeeded);
      await reaches(id, ({ state }) => state === "succeeded");
    });

    test("a job that has expired runs, however late it is now", async () => {
      const { id } = await accepted({ runAt: inAnHour(), startBefore: Date.now() + 50 });
      const job = await reaches(id, ({ state }) => state === "expired");
      expect(job.finishedAt).toBeGreaterThanOrEqual(job.startBefore ?? Number.NaN);
      expect(await jobOf(control.retry(id))).toMatchObject({ state: "queued", startBefore: null });
      const hands = new Hands(queue, 1);
      await hands.has(1);
      expect(hands.started[0]?.id).toBe(id);
    });

    test("a cancelled job that is retried can still expire", async () => {
      const { id } = await accepted({ runAt: inAnHour(), startBefore: Date.now() + 500 });
      await queue.control.cancel(id);
      expect(await jobOf(control.retry(id))).toMatchObject({ state: "queued" });
      await reaches(id, ({ state }) => state === "expired");
    });

    test("a job is not planned for later than its startBefore", async () => {
      const startBefore = inAnHour();
      const { id } = await accepted({ startBefore });
      expect(await control.change(id, { runAt: startBefore })).toMatchObject({
        refusal: "start-before",
      });
      expect(await control.change(id, { runAt: startBefore - 1 })).toMatchObject({ refusal: null });
    });

    test("a job whose prerequisites have not ended waits for them again", async () => {
      const first = await accepted();
      const { id } = await accepted({ after: [{ id: first.id }] });
      await queue.control.cancel(id);
      expect(await jobOf(control.retry(id))).toMatchObject({ state: "queued", waitsFor: 1 });
      const hands = new Hands(queue, 2);
      await hands.has(1);
      expect(hands.started[0]?.id).toBe(first.id);
      hands.end(0, succeeded);
      await hands.has(2);
      expect(hands.started[1]?.id).toBe(id);
    });

    test("a pause between two attempts ends at once", async () => {
      const hands = new Hands(queue, 1);
      const { id } = await accepted({ backoffMs: 3_600_000 });
      await hands.has(1);
      hands.end(0, failed);
      await reaches(id, ({ state }) => state === "queued");
      expect((await control.retry(id)).refusal).toBe(null);
      hands.consumption.offer(1);
      await hands.has(2);
      expect(hands.started[1]).toMatchObject({ id, attempt: 2 });
    });

    test("a queued job stays as it is, one that is planned as well", async () => {
      for (const job of [await accepted(), await accepted({ runAt: inAnHour() })]) {
        expect(await control.retry(job.id)).toEqual({
          found: { kind: "found", job, result: null },
          refusal: null,
        });
      }
    });

    test("a running job and a succeeded one are not run again", async () => {
      const hands = new Hands(queue, 1);
      const { id } = await accepted();
      await hands.has(1);
      expect(await control.retry(id)).toMatchObject({
        ...{ refusal: "state", found: { job: { state: "running" } } },
      });
      hands.end(0, succeeded);
      await reaches(id, ({ state }) => state === "succeeded");
      expect(await control.retry(id)).toMatchObject({
        ...{ refusal: "state", found: { job: { state: "succeeded", attempts: 1 } } },
      });
    });

    test("a job is not run again while another one has its unique key", async () => {
      const unique = { key: "k", while: "unfinished", onConflict: "refuse" } as const;
      const hands = new Hands(queue, 0);
      const { id } = await ended(hands, failed, { unique });
      const other = await accepted({ unique });
      expect(await control.retry(id)).toMatchObject({
        ...{ refusal: "unique", found: { job: { state: "failed" } } },
      });
      await queue.control.cancel(other.id);
      expect(await control.retry(id)).toMatchObject({ refusal: null });
      expect(await queue.jobs.submit([{ ...plainJob, unique }])).toMatchObject([
        { kind: "unique-conflict", id },
      ]);
    });

    test("a job that has ended is removed with its result, its tags and its key", async () => {
      const key = { name: "k", fingerprints: ["a"] as const };
      const hands = new Hands(queue, 0);
      const { id } = await ended(hands, succeeded, { tags: ["t"], key });
      expect(await queue.jobs.readInput(id)).toBe(plainJob.input);
      expect(await control.remove(id)).toEqual({ kind: "removed" });
      expect(await queue.jobs.find(id, true)).toEqual({ kind: "gone" });
      expect(await control.remove(id)).toEqual({ kind: "gone" });
      expect(await control.retry(id)).toMatchObject({ found: { kind: "gone" } });
      expect(await queue.jobs.readInput(id)).toBe(null);
      expect((await queue.jobs.list({ tag: "t", limit: 10 })).jobs).toEqual([]);
      expect((await queue.jobs.stats()).states.succeeded).toBe(0);
      const [again] = await queue.jobs.submit([{ ...plainJob, key }]);
      expect(again).toMatchObject({ kind: "accepted", replayed: false });
    });

    test("a removal of a job that has not ended cancels it", async () => {
      const queued = await accepted();
      expect(await control.remove(queued.id)).toMatchObject({ job: { state: "cancelled" } });
      const hands = new Hands(queue, 1);
      const { id } = await accepted();
      await hands.has(1);
      const stopped = new Promise((resolve) =>
        hands.signals.get(0)?.addEventListener("abort", resolve),
      );
      expect(await control.remove(id)).toMatchObject({
        job: { state: "running", cancelRequested: true },
      });
      await stopped;
    });

    test("an id that was never given is unknown", async () => {
      for (const id of ["", "x", "../../etc"]) {
        expect(await control.retry(id)).toMatchObject({ found: { kind: "unknown" } });
        expect(await control.change(id, { priority: 1 })).toMatchObject({
          found: { kind: "unknown" },
        });
        expect(await control.remove(id)).toEqual({ kind: "unknown" });
        expect(await queue.jobs.readInput(id)).toBe(null);
      }
    });

    test("another priority changes a job's turn", async () => {
      const first = await accepted();
      const second = await accepted();
      expect(await jobOf(control.change(second.id, { priority: 5 }))).toMatchObject({
        ...{ state: "queued", priority: 5, runAt: second.runAt },
      });
      const hands = new Hands(queue, 2);
      await hands.has(2);
      expect(hands.started.map(({ id }) => id)).toEqual([second.id, first.id]);
    });

    test("another time makes a job wait, or start", async () => {
      const { id } = await accepted();
      const runAt = inAnHour();
      expect(await jobOf(control.change(id, { runAt }))).toMatchObject({ priority: 0, runAt });
      const other = await accepted();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      expect(hands.started[0]?.id).toBe(other.id);
      await control.change(id, { runAt: null });
      hands.consumption.offer(1);
      await hands.has(2);
      expect(hands.started[1]?.id).toBe(id);
      expect(await control.change(id, { runAt })).toMatchObject({ refusal: "state" });
    });

    test("no job of a paused task is started; what runs goes on", async () => {
      const hands = new Hands(queue, 1);
      const running = await accepted({ task: "a" });
      await hands.has(1);
      expect(await control.setPaused("a", true)).toEqual({ all: false, tasks: ["a"] });
      const waiting = await accepted({ task: "a", priority: 10 });
      const other = await accepted({ task: "b" });
      hands.consumption.offer(2);
      await hands.has(2);
      expect(hands.started[1]?.id).toBe(other.id);
      hands.end(0, succeeded);
      await reaches(running.id, ({ state }) => state === "succeeded");
      expect((await queue.jobs.stats()).paused).toEqual({ all: false, tasks: ["a"] });
      expect(await found(waiting.id)).toMatchObject({ state: "queued", attempts: 0 });
      expect(hands.started).toHaveLength(2);
      expect(await control.setPaused("a", false)).toEqual({ all: false, tasks: [] });
      await hands.has(3);
      expect(hands.started[2]?.id).toBe(waiting.id);
    });

    test("all can be paused; to resume all resumes each task, too", async () => {
      await control.setPaused("b", true);
      expect(await control.setPaused(null, true)).toEqual({ all: true, tasks: ["b"] });
      expect(await control.setPaused("b", false)).toEqual({ all: true, tasks: [] });
      await control.setPaused("b", true);
      const hands = new Hands(queue, 2);
      const ids = [await accepted({ task: "a" }), await accepted({ task: "b" })].map(
        ({ id }) => id,
      );
      for (const id of ids) expect(await found(id)).toMatchObject({ state: "queued", attempts: 0 });
      expect(await queue.worker().queue.control.paused()).toEqual({ all: true, tasks: ["b"] });
      expect(await control.setPaused(null, false)).toEqual({ all: false, tasks: [] });
      await hands.has(2);
      expect(hands.started.map(({ id }) => id)).toEqual(ids);
    });

    test("a suspect of a paused task waits as well", async () => {
      const { id } = await accepted({ task: "a", maxAttempts: 5 });
      for (const loss of [1, 2]) {
        const { queue: each, lose } = queue.worker();
        const hands = new Hands(each, 1);
        await hands.has(1);
        if (loss === 2) await control.setPaused("a", true);
        lose();
      }
      const hands = new Hands(queue, 1);
      const other = await accepted({ task: "b" });
      await hands.has(1);
      expect(hands.started[0]?.id).toBe(other.id);
      expect(await found(id)).toMatchObject({ state: "queued" });
    });

    const query = { limit: 1000 };

    test("many are cancelled, those that run as well: each is told to stop", async () => {
      const hands = new Hands(queue, 2);
      const running = [await accepted({ task: "b" }), await accepted({ task: "a" })];
      await hands.has(2);
      const queued = [await accepted({ task: "a" }), await accepted({ task: "a" })];
      const stopped = new Promise((resolve) =>
        hands.signals.get(1)?.addEventListener("abort", resolve),
      );
      const states = ["queued", "running"] as const;
      const filter = { task: "a", states };
      expect(await control.changeMany("cancel", { ...query, ...filter })).toEqual({
        ...{ changed: 3, cursor: null },
      });
      await stopped;
      for (const { id } of queued) expect((await found(id)).state).toBe("cancelled");
      expect(await found(running[1]?.id ?? "")).toMatchObject({ cancelRequested: true });
      expect(await found(running[0]?.id ?? "")).toMatchObject({ cancelRequested: false });
      // Once more changes nothing: the one that runs was asked before.
      expect((await control.changeMany("cancel", { ...query, ...filter })).changed).toBe(0);
    });

    test("many are retried and removed, call by call", async () => {
      const ids: string[] = [];
      for (let count = 0; count < 7; count++) ids.push((await accepted({ tags: ["t"] })).id);
      const other = await accepted();
      await control.changeMany("cancel", { ...query, states: ["queued"] });
      const filter = { tag: "t", states: ["cancelled"] } as const;
      const changed: number[] = [];
      let cursor: string | null | undefined;
      do {
        const many = await control.changeMany("retry", {
          ...filter,
          limit: 3,
          ...(cursor && { cursor }),
        });
        changed.push(many.changed);
        cursor = many.cursor;
      } while (cursor);
      expect(changed).toEqual([3, 3, 1]);
      expect((await queue.jobs.stats()).states).toMatchObject({ queued: 7, cancelled: 1 });
      await control.changeMany("cancel", { ...query, tag: "t" });
      expect((await control.changeMany("remove", { ...query, ...filter })).changed).toBe(7);
      for (const id of ids) expect(await queue.jobs.find(id)).toEqual({ kind: "gone" });
      expect((await found(other.id)).state).toBe("cancelled");
    });

    test("a cursor that this queue did not give is refused", async () => {
      const many = control.changeMany("cancel", { ...query, task: "a", cursor: "x" });
      await expect(many).rejects.toMatchObject({ errors: [{ path: "/cursor" }] });
    });
  });
}

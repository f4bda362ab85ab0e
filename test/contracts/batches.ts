import { describe, expect, test } from "vitest";
import type { Ending } from "../../src/jobs/assignment.ts";
import type { Batch, NewBatch } from "../../src/jobs/batch.ts";
import type { Job } from "../../src/jobs/job.ts";
import type { NewJob } from "../../src/jobs/new-job.ts";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { Hands, plainJob } from "./queue-under-test.ts";

const succeeded: Ending = { kind: "succeeded", result: "1" };
const failed: Ending = {
  kind: "failed",
  error: { type: "task-failed", detail: "no luck" },
  retry: false,
};
const key = (...fingerprints: [string, ...string[]]) => ({ name: "k", fingerprints });

/** What every queue holds to with batches (see src/jobs/batch.ts). */
export function batchContract(name: string, open: OpenQueue): void {
  describe(`${name} keeps batches`, () => {
    const queue = openForEachTest(open);

    async function submit(jobs: readonly Partial<NewJob>[], more: Partial<NewBatch> = {}) {
      const all = jobs.map((job) => ({ ...plainJob, ...job }));
      return queue.batches.submit({ jobs: all, onEnd: null, key: null, ...more });
    }

    async function accepted(jobs: readonly Partial<NewJob>[], more: Partial<NewBatch> = {}) {
      const answer = await submit(jobs, more);
      if (answer.kind !== "accepted") throw new Error(JSON.stringify(answer));
      return answer;
    }

    async function batchOf(id: string): Promise<Batch> {
      const found = await queue.batches.find(id);
      if (found.kind !== "found") throw new Error(`The batch is ${found.kind}`);
      return found.batch;
    }

    async function jobOf(id: string | undefined): Promise<Job> {
      const found = await queue.jobs.find(id ?? "");
      if (found.kind !== "found") throw new Error(`The job is ${found.kind}`);
      return found.job;
    }

    function becomes(id: string, wished: (batch: Batch) => boolean): Promise<Batch> {
      const { promise, resolve } = Promise.withResolvers<Batch>();
      const callOff = queue.batches.watch(id, (now) => {
        if (now.kind === "found" && wished(now.batch)) resolve(now.batch);
      });
      return promise.finally(() => callOff());
    }
    const ends = (id: string) => becomes(id, ({ finishedAt }) => finishedAt !== null);

    /** Ends each run as it starts. */
    function runAll(room: number, ending: (task: string) => Ending = () => succeeded): string[] {
      const started: string[] = [];
      const consumption = queue.consume({
        run: async ({ id, task }) => {
          started.push(id);
          setImmediate(() => consumption.offer(room));
          return ending(task);
        },
      });
      consumption.offer(room);
      return started;
    }

    test("batches are listed page by page, the newest first", async () => {
      const ids: string[] = [];
      for (let count = 0; count < 5; count++) ids.unshift((await accepted([{}, {}])).batch.id);
      const found: string[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await queue.batches.list({ limit: 2, ...(cursor && { cursor }) });
        expect(page.batches.length).toBeLessThanOrEqual(2);
        for (const batch of page.batches) expect(batch).toEqual(await batchOf(batch.id));
        found.push(...page.batches.map(({ id }) => id));
        cursor = page.cursor;
      } while (cursor);
      expect(found).toEqual(ids);
      expect(await queue.batches.list({ limit: 5 })).toMatchObject({ cursor: null });
    });

    test("no list goes on from a cursor that is none of its own", async () => {
      for (let count = 0; count < 2; count++) await accepted([{}]);
      const { cursor } = await queue.jobs.list({ limit: 1 });
      for (const forged of ["", "x", cursor ?? ""]) {
        const listed = queue.batches.list({ limit: 1, cursor: forged });
        await expect(listed).rejects.toMatchObject({ errors: [{ path: "/cursor" }] });
      }
    });

    test("a batch is accepted whole, and its jobs know it", async () => {
      const { batch, jobs, replayed } = await accepted([{ priority: 1 }, { priority: 2 }, {}]);
      expect(replayed).toBe(false);
      expect(batch).toMatchObject({ total: 3, finishedAt: null });
      const none = { running: 0, succeeded: 0, failed: 0, cancelled: 0, expired: 0 };
      expect(batch.states).toEqual({ queued: 3, ...none });
      expect(await batchOf(batch.id)).toEqual(batch);
      expect((await Promise.all(jobs.map(jobOf))).map(({ priority }) => priority)).toEqual([
        1, 2, 0,
      ]);
      expect((await jobOf(jobs[0])).batch).toBe(batch.id);
      const { jobs: listed } = await queue.jobs.list({ batch: batch.id, limit: 10 });
      expect(listed.map(({ id }) => id)).toEqual([...jobs].reverse());
      const [alone] = await queue.jobs.submit([plainJob]);
      expect(alone).toMatchObject({ job: { batch: null } });
    });

    test("it counts its jobs by state, and ends with the last of them", async () => {
      const later = { runAt: Date.now() + 60_000 };
      const { batch, jobs } = await accepted([{}, {}, later]);
      const hands = new Hands(queue, 2);
      await hands.has(2);
      expect((await batchOf(batch.id)).states).toMatchObject({ queued: 1, running: 2 });
      hands.end(0, succeeded);
      await becomes(batch.id, ({ states }) => states.succeeded === 1);
      hands.end(1, failed);
      const two = await becomes(batch.id, ({ states }) => states.failed === 1);
      expect(two).toMatchObject({ finishedAt: null, states: { queued: 1, running: 0 } });
      await queue.control.cancel(jobs[2] ?? "");
      const end = await ends(batch.id);
      expect(end.states).toMatchObject({ queued: 0, succeeded: 1, failed: 1, cancelled: 1 });
      expect(end.version).toBeGreaterThan(two.version);
      expect(end.finishedAt).toBeGreaterThanOrEqual(end.createdAt);
    });

    test("an id that was never given is unknown", async () => {
      const { batch, jobs } = await accepted([{}]);
      for (const each of ["", "x", jobs[0] ?? "", `${batch.id}x`, "\u0000"]) {
        expect(await queue.batches.find(each)).toEqual({ kind: "unknown" });
        expect(await queue.batches.cancel(each)).toEqual({ kind: "unknown" });
      }
      expect(await queue.jobs.find(batch.id)).toEqual({ kind: "unknown" });
    });

    test("jobs run after others of the batch, also after later ones", async () => {
      const { batch, jobs } = await accepted([
        { after: [{ index: 2 }, { index: 1 }, { index: 1 }] },
        { after: [{ index: 2 }] },
        {},
      ]);
      expect((await jobOf(jobs[0])).waitsFor).toBe(2);
      const started = runAll(2);
      await ends(batch.id);
      expect(started).toEqual([jobs[2], jobs[1], jobs[0]]);
    });

    test("jobs run after earlier jobs, too", async () => {
      const [first] = await queue.jobs.submit([plainJob]);
      const id = first?.kind === "accepted" ? first.job.id : "";
      const { batch, jobs } = await accepted([
        { after: [{ id }] },
        { after: [{ id }, { index: 0 }] },
      ]);
      const started = runAll(3);
      await ends(batch.id);
      expect(started).toEqual([id, ...jobs]);
    });

    test("one failure cancels what comes after it, and the batch ends", async () => {
      const { batch } = await accepted([
        { task: "bad" },
        { after: [{ index: 0 }] },
        { after: [{ index: 1 }] },
        { after: [{ index: 2 }], onFailure: "run" },
      ]);
      runAll(2, (task) => (task === "bad" ? failed : succeeded));
      const end = await ends(batch.id);
      expect(end.states).toMatchObject({ succeeded: 1, failed: 1, cancelled: 2 });
    });

    test("a batch after an earlier failure is cancelled at once, and has ended", async () => {
      const [first] = await queue.jobs.submit([plainJob]);
      const id = first?.kind === "accepted" ? first.job.id : "";
      await queue.control.cancel(id);
      const { batch } = await accepted([{ after: [{ id }] }, { after: [{ index: 0 }] }]);
      expect(batch.states.cancelled).toBe(2);
      expect(batch.finishedAt).not.toBe(null);
    });

    test("a prerequisite that is not there refuses the whole batch", async () => {
      const after = [{ index: 1 }, { id: "nonsense" }];
      expect(await submit([{}, {}, { after }])).toEqual({
        kind: "no-prerequisite",
        faults: [{ job: 2, place: 1, why: "unknown" }],
      });
      expect((await queue.jobs.stats()).submitted).toBe(0);
      expect(await accepted([{}])).toMatchObject({ batch: { total: 1 } });
    });

    test("the same key is answered with the first batch", async () => {
      const first = await accepted([{}, {}], { key: key("a") });
      const again = await accepted([{}, {}], { key: key("b", "a") });
      expect(again).toEqual({ ...first, replayed: true });
      expect(await submit([{}], { key: key("c") })).toEqual({ kind: "key-conflict" });
      expect((await queue.jobs.stats()).submitted).toBe(2);
      // Keys of batches and of jobs are apart.
      const [job] = await queue.jobs.submit([{ ...plainJob, key: key("a") }]);
      expect(job).toMatchObject({ kind: "accepted", replayed: false });
    });

    test("all jobs of a batch are cancelled, and those of others are not", async () => {
      const [other] = await queue.jobs.submit([{ ...plainJob, priority: -1 }]);
      const jobs = Array.from({ length: 1100 }, (_, place) =>
        place % 3 === 0 ? { after: [{ index: (place + 1) % 1100 }] } : {},
      );
      const { batch } = await accepted(jobs);
      const hands = new Hands(queue, 1);
      await hands.has(1);
      const stopped = new Promise((resolve) =>
        hands.signals.get(0)?.addEventListener("abort", resolve),
      );
      await queue.batches.cancel(batch.id);
      await stopped;
      await becomes(batch.id, ({ states }) => states.cancelled === 1099);
      hands.end(0, { kind: "cancelled" });
      expect((await ends(batch.id)).states).toMatchObject({ queued: 0, cancelled: 1100 });
      const id = other?.kind === "accepted" ? other.job.id : "";
      expect((await jobOf(id)).finishedAt).toBe(null);
      expect(await queue.batches.cancel(batch.id)).toMatchObject({
        batch: { states: { cancelled: 1100 } },
      });
    });

    test("ends of many jobs are reported, and the last report is the end", async () => {
      const { batch } = await accepted(Array.from({ length: 200 }, () => ({})));
      const told: Batch[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      queue.batches.watch(batch.id, (now) => {
        if (now.kind !== "found") return;
        told.push(now.batch);
        if (now.batch.finishedAt !== null) resolve();
      });
      runAll(4);
      await promise;
      const versions = told.map(({ version }) => version);
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
      expect(told.filter(({ finishedAt }) => finishedAt !== null)).toHaveLength(1);
      expect(told.at(-1)?.states.succeeded).toBe(200);
    });

    test("a batch is gone with its last job, and its key is free", async () => {
      await using brief = await open({ retentionMs: 200 });
      const { queue: own } = brief.worker();
      const batch = { jobs: [plainJob, plainJob], onEnd: null, key: key("a") };
      const first = await own.batches.submit(batch);
      if (first.kind !== "accepted") throw new Error(first.kind);
      await own.control.cancel(first.jobs[0] ?? "");
      while ((await own.jobs.find(first.jobs[0] ?? "")).kind === "found")
        await new Promise(setImmediate);
      expect(await own.batches.find(first.batch.id)).toMatchObject({
        batch: { total: 2, states: { queued: 1, cancelled: 1 } },
      });
      await own.control.cancel(first.jobs[1] ?? "");
      while ((await own.batches.find(first.batch.id)).kind === "found")
        await new Promise(setImmediate);
      expect(await own.batches.find(first.batch.id)).toEqual({ kind: "gone" });
      expect(await own.batches.submit(batch)).toMatchObject({ kind: "accepted", replayed: false });
    });
  });
}

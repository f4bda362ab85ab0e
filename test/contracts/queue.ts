import { describe, expect, test } from "vitest";
import type { Ended, Ending } from "../../src/jobs/assignment.ts";
import type { Found, Job } from "../../src/jobs/job.ts";
import { becomes } from "./becomes.ts";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { Hands, plainJob } from "./queue-under-test.ts";

const timedOut = {
  kind: "failed",
  error: { type: "run-timeout", detail: "too long" },
  retry: true,
} as const;

const succeeded: Ending = { kind: "succeeded", result: '{"value":2}' };

/** What every queue holds to (see src/jobs/queue.ts). */
export function queueContract(name: string, open: OpenQueue): void {
  describe(`${name} is a queue`, () => {
    const queue = openForEachTest(open);
    const { accepted, reaches } = queue;

    async function found(id: string, withResult = false) {
      const answer = await queue.jobs.find(id, withResult);
      if (answer.kind !== "found") throw new Error(`The job is ${answer.kind}`);
      return answer;
    }

    test("a job that was accepted is there, as it was submitted", async () => {
      const before = Date.now();
      const job = await accepted({ priority: 7, maxAttempts: 5, traceparent: "00-a-b-01" });
      expect(job).toMatchObject({
        task: "double",
        state: "queued",
        priority: 7,
        attempts: 0,
        maxAttempts: 5,
        timeoutMs: 60_000,
        startedAt: null,
        finishedAt: null,
        error: null,
        progress: null,
        cancelRequested: false,
        traceparent: "00-a-b-01",
      });
      expect(job.createdAt).toBeGreaterThanOrEqual(before);
      expect(await queue.jobs.find(job.id)).toEqual({ kind: "found", job, result: null });
    });

    test("many are answered one by one, in their order", async () => {
      const jobs = Array.from({ length: 50 }, (_, priority) => ({ ...plainJob, priority }));
      const answers = await queue.jobs.submit(jobs);
      expect(answers.map((each) => each.kind === "accepted" && each.job.priority)).toEqual(
        jobs.map(({ priority }) => priority),
      );
    });

    test("an id that was never given is unknown", async () => {
      const { id } = await accepted();
      const guess = (id.startsWith("A") ? "B" : "A") + id.slice(1);
      for (const each of ["", "x", guess, `${id}x`, "../../etc", "\u0000"]) {
        expect(await queue.jobs.find(each)).toEqual({ kind: "unknown" });
        expect(await queue.control.cancel(each)).toEqual({ kind: "unknown" });
      }
    });

    test("a job runs and its result is kept", async () => {
      const { id } = await accepted();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      expect(hands.started[0]).toMatchObject({
        id,
        task: "double",
        input: '{"value":1}',
        attempt: 1,
      });
      expect((await found(id)).job).toMatchObject({ state: "running", attempts: 1 });
      hands.end(0, succeeded);
      const job = await reaches(id, "succeeded");
      expect(job.finishedAt).toBeGreaterThanOrEqual(job.startedAt ?? Number.NaN);
      expect((await found(id, true)).result).toBe('{"value":2}');
      expect((await found(id)).result).toBe(null);
      expect(await found(id, true)).not.toHaveProperty("bytesAt");
    });

    test("the place of bytes in a result is kept", async () => {
      const { id } = await accepted();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      hands.end(0, { kind: "succeeded", result: '{"data":"AAEC"}', bytesAt: 8 });
      await reaches(id, "succeeded");
      expect(await found(id, true)).toMatchObject({ result: '{"data":"AAEC"}', bytesAt: 8 });
    });

    test("jobs go by priority, and first come first served within one", async () => {
      const priorities = [0, 5, -5, 0, 5];
      const ids: string[] = [];
      for (const priority of priorities) ids.push((await accepted({ priority })).id);
      const hands = new Hands(queue, 5);
      await hands.has(5);
      expect(hands.started.map(({ id }) => ids.indexOf(id))).toEqual([1, 4, 0, 3, 2]);
    });

    test("a worker gets no more than it has room for", async () => {
      const ids = [await accepted(), await accepted(), await accepted()].map(({ id }) => id);
      const hands = new Hands(queue, 2);
      await hands.has(2);
      expect((await found(ids[2] ?? "")).job.state).toBe("queued");
      hands.end(0, succeeded);
      await reaches(ids[0] ?? "", "succeeded");
      expect(hands.started).toHaveLength(2);
      hands.consumption.offer(1);
      await hands.has(3);
    });

    test("what one worker has no room for goes to another", async () => {
      const [one, two] = [new Hands(queue, 1), new Hands(queue.worker().queue, 1)];
      await accepted();
      await accepted();
      await Promise.all([one.has(1), two.has(1)]);
    });

    test("a job waits for its time", async () => {
      const runAt = Date.now() + 150;
      const { id } = await accepted({ runAt });
      expect((await found(id)).job).toMatchObject({ state: "queued", runAt });
      const hands = new Hands(queue, 1);
      const job = await reaches(id, "running");
      expect(job.startedAt).toBeGreaterThanOrEqual(runAt);
      await hands.has(1); // Who watches may hear of it first.
      expect(hands.started).toHaveLength(1);
    });

    const failure = (retry: boolean): Ending => ({
      kind: "failed",
      error: { type: "task-failed", detail: "no luck" },
      retry,
    });

    test("what failed is run again, and its error told meanwhile", async () => {
      const { id } = await accepted({ backoffMs: 50 });
      const hands = new Hands(queue, 1);
      await hands.has(1);
      const endedAt = Date.now();
      hands.end(0, failure(true));
      const waiting = await becomes(
        queue,
        id,
        (job) => job.attempts === 1 && job.state === "queued",
      );
      expect(waiting.error).toEqual({ type: "task-failed", detail: "no luck" });
      expect(waiting.runAt).toBeGreaterThanOrEqual(endedAt + 25);
      hands.consumption.offer(1);
      await hands.has(2);
      expect(hands.started[1]).toMatchObject({ id, attempt: 2 });
      hands.end(1, succeeded);
      expect(await reaches(id, "succeeded")).toMatchObject({ attempts: 2, error: null });
    });

    test("no attempt is made beyond the last", async () => {
      const { id } = await accepted({ maxAttempts: 2 });
      const hands = new Hands(queue, 1);
      for (const attempt of [0, 1]) {
        await hands.has(attempt + 1);
        hands.end(attempt, failure(true));
        hands.consumption.offer(1);
      }
      const job = await reaches(id, "failed");
      expect(job).toMatchObject({ attempts: 2, error: { type: "task-failed", detail: "no luck" } });
      expect(hands.started).toHaveLength(2);
    });

    test("what would fail again is not run again", async () => {
      const { id } = await accepted();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      hands.end(0, failure(false));
      expect(await reaches(id, "failed")).toMatchObject({ attempts: 1 });
    });

    test("what is handed back is not counted", async () => {
      const { id } = await accepted({ maxAttempts: 1 });
      const hands = new Hands(queue, 1);
      await hands.has(1);
      hands.end(0, { kind: "handed-back" });
      expect(await reaches(id, "queued")).toMatchObject({ attempts: 0, startedAt: null });
      hands.consumption.offer(1);
      await hands.has(2);
      expect(hands.started[1]?.attempt).toBe(1);
    });

    test("what is handed back keeps the error of the attempt before", async () => {
      const { id } = await accepted();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      hands.end(0, failure(true));
      hands.consumption.offer(1);
      await hands.has(2);
      hands.end(1, { kind: "handed-back" });
      const job = await becomes(
        queue,
        id,
        ({ state, attempts }) => state === "queued" && attempts === 1,
      );
      expect(job.error).toEqual({ type: "task-failed", detail: "no luck" });
    });

    test("a lost worker's jobs run elsewhere, and its word counts no more", async () => {
      const lost = queue.worker();
      const first = new Hands(lost.queue, 1);
      const { id } = await accepted();
      await first.has(1);
      const second = new Hands(queue, 1);
      lost.lose();
      await second.has(1);
      expect(second.started[0]).toMatchObject({ id, attempt: 2 });
      expect(second.started[0]?.token).not.toBe(first.started[0]?.token);
      first.end(0, { kind: "succeeded", result: '"stale"' });
      second.end(0, succeeded);
      await reaches(id, "succeeded");
      expect((await found(id, true)).result).toBe('{"value":2}');
    });

    test("attempts that were lost side by side do not count", async () => {
      const lost = queue.worker();
      const first = new Hands(lost.queue, 2);
      const ids = [await accepted({ maxAttempts: 1 }), await accepted({ maxAttempts: 1 })];
      await first.has(2);
      const second = new Hands(queue, 2);
      lost.lose();
      await second.has(2);
      expect(second.started.map(({ attempt }) => attempt)).toEqual([1, 1]);
      for (const index of [0, 1]) second.end(index, succeeded);
      for (const { id } of ids)
        expect(await reaches(id, "succeeded")).toMatchObject({ attempts: 1 });
    });

    test.each<[string, Ended, Partial<Job>]>([
      ["its time is over", timedOut, { state: "failed", attempts: 1, error: timedOut.error }],
      ["it goes back", { kind: "handed-back" }, { state: "queued", attempts: 0, error: null }],
      ["it is cancelled", { kind: "cancelled" }, { state: "cancelled", attempts: 1 }],
    ])(
      "what ends with its worker has ended when that has, and not before: %s",
      async (_, ended, expected) => {
        const lost = queue.worker();
        const hands = new Hands(lost.queue, 1);
        const { id } = await accepted({ maxAttempts: 1 });
        await hands.has(1);
        hands.end(0, { kind: "at-exit", ended });
        await hands.consumption.stop();
        expect((await found(id)).job).toMatchObject({ state: "running", attempts: 1 });
        lost.lose();
        expect(await becomes(queue, id, ({ state }) => state !== "running")).toMatchObject(
          expected,
        );
      },
    );

    test("a job that loses its worker each time fails for good", async () => {
      const { id } = await accepted({ maxAttempts: 2 });
      for (const _ of [1, 2]) {
        const { queue: each, lose } = queue.worker();
        const hands = new Hands(each, 1);
        await hands.has(1);
        lose();
      }
      const job = await reaches(id, "failed");
      expect(job).toMatchObject({ attempts: 2, error: { type: "worker-lost" } });
    });

    test("a queued job is cancelled at once, once and for all", async () => {
      const { id } = await accepted();
      expect(await queue.control.cancel(id)).toMatchObject({
        job: { state: "cancelled", attempts: 0 },
      });
      expect(await queue.control.cancel(id)).toMatchObject({ job: { state: "cancelled" } });
      const other = await accepted();
      const hands = new Hands(queue, 2);
      await hands.has(1);
      expect(hands.started[0]?.id).toBe(other.id);
    });

    test("a running job is told to stop, and is cancelled when it has", async () => {
      const { id } = await accepted();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      const stopped = new Promise((resolve) =>
        hands.signals.get(0)?.addEventListener("abort", resolve),
      );
      expect(await queue.control.cancel(id)).toMatchObject({
        job: { state: "running", cancelRequested: true },
      });
      await stopped;
      hands.end(0, { kind: "cancelled" });
      expect(await reaches(id, "cancelled")).toMatchObject({ error: null });
    });

    test.each<Ending>([
      succeeded,
      { kind: "failed", error: { type: "task-failed", detail: "" }, retry: true },
      { kind: "handed-back" },
    ])(
      "a job whose cancel was wished ends cancelled, however its run ended: %j",
      async (ending) => {
        const { id } = await accepted();
        const hands = new Hands(queue, 1);
        await hands.has(1);
        await queue.control.cancel(id);
        hands.end(0, ending);
        await reaches(id, "cancelled");
        expect((await found(id, true)).result).toBe(null);
      },
    );

    test("a job that has ended stays as it is", async () => {
      const { id } = await accepted();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      hands.end(0, succeeded);
      const job = await reaches(id, "succeeded");
      expect(await queue.control.cancel(id)).toMatchObject({ job });
    });

    test("progress is told while a job runs", async () => {
      const { id } = await accepted();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      hands.progress.get(0)?.("0.5");
      const job = await becomes(queue, id, ({ progress }) => progress === "0.5");
      expect(job.state).toBe("running");
      hands.end(0, succeeded);
      await reaches(id, "succeeded");
    });

    test("a watch tells what is, what changes, and the end; versions grow", async () => {
      const { id } = await accepted();
      const told: Job[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      queue.jobs.watch(id, (now) => {
        if (now.kind !== "found") return;
        told.push(now.job);
        if (now.job.state === "succeeded") resolve();
      });
      const hands = new Hands(queue, 1);
      await hands.has(1);
      hands.end(0, succeeded);
      await promise;
      expect(told.at(-1)?.state).toBe("succeeded");
      const versions = told.map(({ version }) => version);
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    });

    test("a watch of a job that has ended or never was tells so", async () => {
      const { id } = await accepted();
      await queue.control.cancel(id);
      expect(await reaches(id, "cancelled")).toMatchObject({ id });
      const told = await new Promise<Found>((resolve) => queue.jobs.watch("nothing", resolve));
      expect(told).toEqual({ kind: "unknown" });
    });

    test("a watch that was called off is silent", async () => {
      const { id } = await accepted();
      const told: Found[] = [];
      const first = Promise.withResolvers<void>();
      const callOff = queue.jobs.watch(id, (now) => {
        told.push(now);
        first.resolve();
      });
      await first.promise;
      callOff();
      const ended = reaches(id, "cancelled");
      await queue.control.cancel(id);
      await ended;
      expect(told).toHaveLength(1);
    });

    const keyed = (name: string, ...fingerprints: [string, ...string[]]) => ({
      key: { name, fingerprints },
    });

    test("the same key and payload are the same job", async () => {
      const first = await accepted(keyed("k", "a"));
      const [again] = await queue.jobs.submit([{ ...plainJob, ...keyed("k", "a") }]);
      expect(again).toMatchObject({ kind: "accepted", replayed: true, job: { id: first.id } });
      const [other] = await queue.jobs.submit([{ ...plainJob, ...keyed("k", "b") }]);
      expect(other).toEqual({ kind: "key-conflict" });
    });

    test("one digest in common is the same payload", async () => {
      const first = await accepted(keyed("k", "sent", "checked"));
      const submitted = await queue.jobs.submit(
        [keyed("k", "other", "checked"), keyed("k", "sent"), keyed("k", "other", "sent ")].map(
          (key) => ({ ...plainJob, ...key }),
        ),
      );
      const again = { kind: "accepted", job: { id: first.id }, replayed: true };
      expect(submitted).toMatchObject([again, again, { kind: "key-conflict" }]);
      expect((await queue.jobs.stats()).states.queued).toBe(1);
    });

    test("of two workers that race with a key one makes the job", async () => {
      const other = queue.worker().queue;
      const races = Array.from({ length: 20 }, (_, index) => {
        const job = { ...plainJob, ...keyed(`race ${index}`, "same") };
        return [queue.jobs.submit([job]), other.jobs.submit([job])];
      });
      for (const race of races) {
        const answers = (await Promise.all(race)).map(([answer]) => answer);
        const jobs = answers.map((each) => (each?.kind === "accepted" ? each : undefined));
        expect(jobs.map((each) => each?.replayed).sort()).toEqual([false, true]);
        expect(jobs[0]?.job.id).toBe(jobs[1]?.job.id);
      }
    });

    test("a list walks through all jobs, newest first, without a gap", async () => {
      const ids: string[] = [];
      for (let count = 0; count < 25; count++) ids.unshift((await accepted()).id);
      const walked: string[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await queue.jobs.list({ limit: 10, ...(cursor && { cursor }) });
        walked.push(...page.jobs.map(({ id }) => id));
        await accepted(); // What comes later is newer than the cursor.
        cursor = page.cursor;
      } while (cursor);
      expect(walked).toEqual(ids);
    });

    test("a list can be of one state, and of one task", async () => {
      const one = await accepted({ task: "hash" });
      const two = await accepted({ task: "primes" });
      const three = await accepted({ task: "hash", runAt: Date.now() + 3_600_000 });
      const gone = await accepted({ task: "hash" });
      await queue.control.cancel(gone.id);
      const listed = async (filter: object) =>
        (await queue.jobs.list({ limit: 10, ...filter })).jobs.map(({ id }) => id);
      expect(await listed({ states: ["queued"] })).toEqual([three.id, two.id, one.id]);
      expect(await listed({ states: ["queued"], task: "hash" })).toEqual([three.id, one.id]);
      expect(await listed({ task: "hash" })).toEqual([gone.id, three.id, one.id]);
      expect(await listed({ states: ["failed"] })).toEqual([]);
      expect(await listed({ task: "none" })).toEqual([]);
    });

    test("a cursor that this queue did not give is refused", async () => {
      await queue.jobs.submit([plainJob, plainJob]);
      const { cursor } = await queue.jobs.list({ limit: 1 });
      const tampered = `${cursor?.slice(0, -1)}${cursor?.endsWith("A") ? "B" : "A"}`;
      for (const each of [tampered, "", "x", "1", "\u0000"]) {
        const listing = queue.jobs.list({ limit: 1, cursor: each });
        await expect(listing).rejects.toMatchObject({
          type: "invalid-input",
          errors: [{ path: "/cursor" }],
        });
      }
    });

    test("figures count what is and what was done", async () => {
      const { id } = await accepted();
      await accepted({ runAt: Date.now() + 3_600_000 });
      const before = await queue.jobs.stats();
      expect(before.states).toMatchObject({ queued: 2, running: 0, succeeded: 0 });
      expect(before.oldestWaitingMs).toBeGreaterThanOrEqual(0);
      const hands = new Hands(queue, 1);
      await hands.has(1);
      expect((await queue.jobs.stats()).states).toMatchObject({ queued: 1, running: 1 });
      hands.end(0, succeeded);
      await reaches(id, "succeeded");
      const after = await queue.jobs.stats();
      expect(after.states).toMatchObject({ queued: 1, running: 0, succeeded: 1 });
      expect(after).toMatchObject({ submitted: 2, retried: 0, oldestWaitingMs: null });
      expect(after.runMs.count).toBe(1);
      expect(after.waitMs.count).toBe(1);
      expect(after.runMs.buckets.at(-1)?.count).toBe(1);
    });

    test("a worker that stops gets no more, and its ends are kept", async () => {
      const { id } = await accepted();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      const stopped = hands.consumption.stop();
      const next = await accepted();
      hands.end(0, succeeded);
      await stopped;
      expect((await found(id)).job.state).toBe("succeeded");
      expect((await found(next.id)).job.state).toBe("queued");
      expect(hands.started).toHaveLength(1);
    });

    test("what ended is gone when its time is over, and its key is free; what waits keeps its own", async () => {
      await using brief = await open({ retentionMs: 100 });
      const { queue: own } = brief.worker();
      const job = { ...plainJob, ...keyed("k", "a") };
      const waiting = { ...plainJob, ...keyed("w", "a") };
      const [kept] = await own.jobs.submit([waiting]);
      const [first] = await own.jobs.submit([job]);
      const id = first?.kind === "accepted" ? first.job.id : "";
      const gone = new Promise<Found>((resolve) => {
        // The watch of an ended job is over: this one asks until it is gone.
        const ask = async () => {
          const now = await own.jobs.find(id);
          if (now.kind === "found") setImmediate(ask);
          else resolve(now);
        };
        void own.control.cancel(id).then(ask);
      });
      expect(await gone).toEqual({ kind: "gone" });
      expect(await own.jobs.submit([job])).toMatchObject([{ kind: "accepted", replayed: false }]);
      expect((await own.jobs.stats()).states.cancelled).toBe(0);
      // It has waited for longer than the other was kept.
      const [again] = await own.jobs.submit([waiting]);
      expect(again).toEqual({ ...kept, replayed: true });
    });
  });
}

import { describe, expect, test } from "vitest";
import type { Assignment, Ending } from "../../src/jobs/assignment.ts";
import type { Job } from "../../src/jobs/job.ts";
import type { NewJob } from "../../src/jobs/new-job.ts";
import type { Consumption, JobQueue } from "../../src/jobs/queue.ts";
import { becomes } from "./becomes.ts";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { plainJob } from "./queue-under-test.ts";

/** So many runs show that the runs of a task are short. */
const manyRuns = 60;

const report = { executor: "inline", queuedMs: 0, ranMs: 0.01, cpuMs: null };
const succeeded: Ending = { kind: "succeeded", result: "1", report };

/** A worker with one slot. It ends each run at once, but for that of the job with input `"hold"`. */
class QuickHands {
  readonly started: Assignment[] = [];
  readonly consumption: Consumption;
  readonly held: Promise<void>;
  readonly #held = Promise.withResolvers<void>();
  readonly #release = Promise.withResolvers<Ending>();

  constructor(queue: JobQueue, onHeld = () => {}) {
    this.held = this.#held.promise;
    this.consumption = queue.consume({
      run: async (assignment, signal, { onStart }) => {
        this.consumption.offer(0);
        await turn(); // As the executor on the event loop does.
        if (signal.aborted) return this.#end({ kind: "cancelled" });
        onStart();
        this.started.push(assignment);
        const isHeld = assignment.input === '"hold"';
        if (isHeld) {
          onHeld();
          this.#held.resolve();
        }
        return this.#end(await (isHeld ? this.#release.promise : succeeded));
      },
    });
    this.consumption.offer(1);
  }

  /** The slot is free before the queue hears of the end. */
  #end(ending: Ending): Ending {
    this.consumption.offer(1);
    return ending;
  }

  release(): void {
    this.#release.resolve(succeeded);
  }

  hasStarted(id: string): boolean {
    return this.started.some((each) => each.id === id);
  }
}

const turn = () => new Promise(setImmediate);

/** What holds while runs are so short that a queue may send a worker more jobs than it has slots. */
export function quickJobsContract(name: string, open: OpenQueue): void {
  describe(`${name} and jobs that end at once`, () => {
    const client = openForEachTest(open);
    const { reaches } = client;

    async function accept(jobs: readonly Partial<NewJob>[]): Promise<string[]> {
      const answers = await client.jobs.submit(jobs.map((job) => ({ ...plainJob, ...job })));
      return answers.map((each) => (each.kind === "accepted" ? each.job.id : each.kind));
    }

    /** Quick ones first, then one that is held, and then others that could be quick, too. */
    async function acceptHeld(others: readonly Partial<NewJob>[]) {
      const ids = await accept([
        ...Array.from({ length: manyRuns }, () => ({})),
        { input: '"hold"' },
        ...others,
      ]);
      return { held: ids[manyRuns] ?? "", waiting: ids.slice(manyRuns + 1) };
    }

    const twenty = Array.from({ length: 20 }, () => ({}));

    async function look(id: string): Promise<Job> {
      const found = await client.jobs.find(id);
      if (found.kind !== "found") throw new Error(found.kind);
      return found.job;
    }

    test("each runs once, in the order of the queue", async () => {
      const ids = await accept(Array.from({ length: 300 }, () => ({})));
      const hands = new QuickHands(client.worker().queue);
      const jobs = await Promise.all(ids.map((id) => reaches(id, "succeeded")));
      expect(jobs.every(({ attempts }) => attempts === 1)).toBe(true);
      const started = hands.started.map(({ id }) => id);
      expect(started.toSorted()).toEqual(ids.toSorted());
      // A worker that is slow gives back what waits in it: that runs behind what is claimed by then.
      const straight = Math.min(...jobs.map(({ version }) => version));
      const kept = jobs.filter(({ version }) => version === straight).map(({ id }) => id);
      expect(started.filter((id) => kept.includes(id))).toEqual(kept);
    });

    test("one that has not started when its worker is lost goes back, and no attempt counts", async () => {
      const worker = client.worker();
      const hands = new QuickHands(worker.queue);
      const { held, waiting } = await acceptHeld(twenty);
      await hands.held;
      await Promise.any(waiting.map((id) => becomes(client, id, ({ version }) => version > 1)));
      worker.lose();
      // The one that ran was alone: it counts. It would not, had others run beside it.
      const lost = await reaches(held, "queued");
      expect(lost).toMatchObject({ attempts: 1, error: { type: "worker-lost" } });
      const jobs = await Promise.all(waiting.map((id) => reaches(id, "queued")));
      expect(jobs.every(({ attempts }) => attempts === 0)).toBe(true);
      // Some of them had been given out.
      expect(jobs.some(({ version }) => version > 1)).toBe(true);
      const next = new QuickHands(client.worker().queue);
      next.release();
      for (const id of waiting) {
        expect(await reaches(id, "succeeded")).toMatchObject({ attempts: 1 });
        expect(next.hasStarted(id)).toBe(true);
      }
    });

    test("one that is cancelled before it starts never starts", async () => {
      const hands = new QuickHands(client.worker().queue);
      const { waiting } = await acceptHeld(twenty);
      await hands.held;
      const [first = "", second = "", ...others] = waiting;
      await Promise.all([client.control.cancel(first), client.control.cancel(second)]);
      for (const id of [first, second]) {
        // No attempt of it has started, so none counts.
        expect(await reaches(id, "cancelled")).toMatchObject({ attempts: 0, startedAt: null });
        expect(await client.jobs.attempts(id)).toMatchObject({ attempts: [] });
      }
      hands.release();
      for (const id of others) await reaches(id, "succeeded");
      expect([first, second].some((id) => hands.hasStarted(id))).toBe(false);
    });

    test("what has not started when a worker takes no more goes to another one", async () => {
      const hands = new QuickHands(client.worker().queue);
      const { held, waiting } = await acceptHeld(twenty);
      await hands.held;
      const stopped = hands.consumption.stop();
      const next = new QuickHands(client.worker().queue);
      for (const id of waiting) {
        expect(await reaches(id, "succeeded")).toMatchObject({ attempts: 1 });
        expect(next.hasStarted(id)).toBe(true);
      }
      hands.release();
      await stopped;
      expect(await look(held)).toMatchObject({ state: "succeeded", attempts: 1 });
    });

    test("behind a run that takes long, they go to another worker", async () => {
      const hands = new QuickHands(client.worker().queue);
      const { waiting } = await acceptHeld(twenty);
      await hands.held;
      new QuickHands(client.worker().queue);
      for (const id of waiting)
        expect(await reaches(id, "succeeded")).toMatchObject({ attempts: 1 });
      hands.release();
    });

    test("at most 64 start before one of a higher priority that was accepted later", async () => {
      const hands = new QuickHands(client.worker().queue);
      const { held } = await acceptHeld(Array.from({ length: 300 }, () => ({})));
      await hands.held;
      const [urgent = ""] = await accept([{ priority: 1 }]);
      hands.release();
      await reaches(urgent, "succeeded");
      const order = hands.started.map(({ id }) => id);
      expect(order.indexOf(urgent) - order.indexOf(held)).toBeLessThanOrEqual(1 + 64);
    });

    test("a last attempt that was lost has started", async () => {
      const worker = client.worker();
      const hands = new QuickHands(worker.queue, () => worker.lose());
      const { waiting } = await acceptHeld(twenty.map(() => ({ maxAttempts: 1 })));
      await hands.held;
      const next = new QuickHands(client.worker().queue);
      next.release();
      for (const id of waiting) await reaches(id, "succeeded");
      expect(waiting.every((id) => next.hasStarted(id))).toBe(true);
    });
  });
}

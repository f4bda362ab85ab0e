import { describe, expect, test } from "vitest";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { Hands, plainJob } from "./queue-under-test.ts";

const error = { type: "task-failed", detail: "no luck" } as const;

/** What every queue holds to with times before which jobs must start. */
export function startBeforeContract(name: string, open: OpenQueue): void {
  describe(`${name} knows when it is too late`, () => {
    const queue = openForEachTest(open);
    const { accepted, reaches } = queue;

    test("a job that has not started in time expires, and frees what it holds", async () => {
      const startBefore = Date.now() + 300;
      const unique = { key: "k", while: "unfinished", onConflict: "return" } as const;
      const { id } = await accepted({ startBefore, unique });
      const job = await reaches(id, "expired");
      expect(job).toMatchObject({ attempts: 0, startedAt: null, startBefore, error: null });
      expect(job.finishedAt).toBeGreaterThanOrEqual(startBefore);
      expect((await accepted({ unique })).id).not.toBe(id);
    });

    test("also one that waits for its time, or for another job", async () => {
      const first = await accepted({ runAt: Date.now() + 60_000 });
      const times = { startBefore: Date.now() + 300 };
      const [one, other] = [
        await accepted({ ...times, runAt: Date.now() + 60_000 }),
        await accepted({ ...times, after: [{ id: first.id }] }),
      ];
      await Promise.all([reaches(one.id, "expired"), reaches(other.id, "expired")]);
      expect((await queue.jobs.stats()).states).toMatchObject({ queued: 1, expired: 2 });
    });

    test("what was to run after it goes by its rule", async () => {
      const first = await accepted({ startBefore: Date.now() + 200 });
      const { id } = await accepted({ after: [{ id: first.id }] });
      expect((await reaches(id, "cancelled")).error?.detail).toContain(first.id);
    });

    test("a submission that is too late is refused if its key is new", async () => {
      const startBefore = Date.now() + 200;
      const keyed = (name: string, more: { startBefore?: number } = {}) => ({
        ...{ ...plainJob, startBefore, ...more },
        key: { name, fingerprints: ["a"] as const },
      });
      const first = await accepted(keyed("known"));
      await reaches(first.id, "expired");
      const answers = await queue.jobs.submit([keyed("known"), keyed("new")]);
      expect(answers).toMatchObject([
        { kind: "accepted", replayed: true, job: { id: first.id, state: "expired" } },
        { kind: "too-late" },
      ]);
      // The refused one has not taken its key.
      const later = { startBefore: Date.now() + 60_000 };
      expect(await queue.jobs.submit([keyed("new", later)])).toMatchObject([
        { kind: "accepted", replayed: false },
      ]);
    });

    test("a job that has started in time is retried after it", async () => {
      const startBefore = Date.now() + 300;
      const { id } = await accepted({ startBefore });
      const hands = new Hands(queue, 1);
      await hands.has(1);
      const late = await accepted({ startBefore });
      await reaches(late.id, "expired");
      hands.end(0, { kind: "failed", error, retry: true });
      hands.consumption.offer(1);
      await hands.has(2);
      expect(hands.started[1]?.id).toBe(id);
      hands.end(1, { kind: "succeeded", result: "1" });
      await reaches(id, "succeeded");
    });
  });
}

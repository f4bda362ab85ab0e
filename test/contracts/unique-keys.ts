import { describe, expect, test } from "vitest";
import type { Ending } from "../../src/jobs/assignment.ts";
import type { NewJob } from "../../src/jobs/new-job.ts";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { Hands, plainJob, runAll } from "./queue-under-test.ts";

const succeeded: Ending = { kind: "succeeded", result: "1" };
const failed = {
  kind: "failed",
  error: { type: "task-failed", detail: "no luck" },
} as const;

const unique = (more: Partial<NonNullable<NewJob["unique"]>> = {}) => ({
  unique: { key: "k", while: "unfinished", onConflict: "return", ...more } as const,
});

/** What every queue holds to with unique keys. */
export function uniqueKeysContract(name: string, open: OpenQueue): void {
  describe(`${name} keeps unique keys`, () => {
    const queue = openForEachTest(open);
    const { accepted, reaches, submit } = queue;

    test("a second job is answered with the first, until that has ended", async () => {
      const first = await accepted(unique());
      const [second, other, free] = await submit([
        { ...unique(), input: "2" },
        { ...unique(), task: "other" },
        unique({ key: "k2" }),
      ]);
      expect(second).toMatchObject({ kind: "accepted", conflict: "returned", job: first });
      for (const each of [other, free]) {
        expect(each).toMatchObject({ kind: "accepted" });
        expect(each).not.toHaveProperty("conflict");
      }
      const hands = new Hands(queue, 1);
      await hands.has(1);
      expect(await submit([unique()])).toMatchObject([{ job: { id: first.id } }]);
      hands.end(0, succeeded);
      await reaches(first.id, "succeeded");
      expect((await accepted(unique())).id).not.toBe(first.id);
    });

    test("held while queued, a key is free from the start of the job", async () => {
      const first = await accepted(unique({ while: "queued" }));
      const hands = new Hands(queue, 1);
      await hands.has(1);
      const second = await accepted(unique({ while: "queued" }));
      expect(second.id).not.toBe(first.id);
      hands.end(0, { ...failed, retry: true }); // The key is taken: it waits without.
      hands.consumption.offer(1);
      await hands.has(2);
      hands.end(1, succeeded);
      hands.consumption.offer(1);
      await hands.has(3);
      hands.end(2, { kind: "handed-back" }); // The key is free: it holds it again.
      await reaches(hands.started[2]?.id ?? "", "queued");
      const [third] = await submit([unique()]);
      expect(third).toMatchObject({ conflict: "returned", job: { id: hands.started[2]?.id } });
    });

    test("a job that waits is replaced: its id, its age and its place in the queue stay", async () => {
      const first = await accepted({ ...unique(), input: "1", tags: ["old"] });
      await submit([{ input: "2" }]);
      const [replaced] = await submit([
        {
          ...unique({ onConflict: "replace" }),
          ...{
            input: "3",
            priority: 5,
            tags: ["new"],
            group: { key: "g", concurrency: 1 },
            maxAttempts: 7,
          },
        },
      ]);
      expect(replaced).toMatchObject({
        kind: "accepted",
        conflict: "replaced",
        job: { id: first.id, priority: 5, tags: ["new"], group: "g", maxAttempts: 7 },
      });
      expect((await queue.jobs.stats()).states.queued).toBe(2);
      expect(await runAll(queue, 2)).toEqual(["3", "2"]);
    });

    test("a job that waits may be put off by that, and one that was put off may come at once", async () => {
      const { id } = await accepted(unique());
      const later = Date.now() + 60_000;
      const replace = unique({ onConflict: "replace" });
      expect(await submit([{ ...replace, runAt: later }])).toMatchObject([
        { job: { id, runAt: later } },
      ]);
      await submit([{ input: "2" }]);
      expect(await runAll(queue, 1)).toEqual(["2"]);
      await submit([{ ...replace, input: "3" }]);
      expect(await reaches(id, "running")).toMatchObject({ id });
    });

    test("a job that runs is not replaced, and a key may be asked for with refusal", async () => {
      const { id } = await accepted(unique());
      expect(await submit([unique({ onConflict: "refuse" })])).toEqual([
        { kind: "unique-conflict", id, state: "queued" },
      ]);
      const hands = new Hands(queue, 1);
      await hands.has(1);
      expect(await submit([unique({ onConflict: "replace" })])).toEqual([
        { kind: "unique-conflict", id, state: "running" },
      ]);
    });

    test("in one call and in a race, one job gets the key", async () => {
      const one = await submit([unique(), unique(), unique({ onConflict: "refuse" })]);
      expect(one.map(({ kind }) => kind)).toEqual(["accepted", "accepted", "unique-conflict"]);
      const other = queue.worker().queue;
      const race = Array.from({ length: 40 }, (_, at) =>
        (at % 2 ? queue : other).jobs.submit([{ ...plainJob, ...unique({ key: "race" }) }]),
      );
      const jobs = (await Promise.all(race)).flat();
      const ids = jobs.map((each) => (each.kind === "accepted" ? each.job.id : ""));
      expect(new Set(ids).size).toBe(1);
      expect(jobs.filter((each) => !("conflict" in each))).toHaveLength(1);
    });

    test("a cancelled job has freed its key", async () => {
      const { id } = await accepted(unique({ while: "queued" }));
      await queue.control.cancel(id);
      expect((await accepted(unique())).id).not.toBe(id);
    });

    test("an Idempotency-Key is looked at first, and belongs to the job that was answered", async () => {
      const key = (name: string) => ({ key: { name, fingerprints: ["f"] as const } });
      const first = await accepted({ ...unique(), ...key("one") });
      const replayed = { replayed: true, job: { id: first.id } };
      expect(await submit([{ ...unique({ onConflict: "refuse" }), ...key("one") }])).toMatchObject([
        replayed,
      ]);
      await submit([{ ...unique(), ...key("two") }]);
      await queue.control.cancel(first.id);
      expect(await submit([{ ...unique(), ...key("two") }])).toMatchObject([replayed]);
    });
  });
}

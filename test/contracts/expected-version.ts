import { describe, expect, test } from "vitest";
import type { ExpectedVersions } from "../../src/jobs/control.ts";
import type { JobQueue } from "../../src/jobs/queue.ts";
import { becomes } from "./becomes.ts";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { Hands, plainJob } from "./queue-under-test.ts";

const failed = { type: "precondition-failed" };

/** What is done by hand to a job that the client knows (`expected` in src/jobs/control.ts). */
export function expectedVersionContract(name: string, open: OpenQueue): void {
  describe(`${name} changes only what the client knows`, () => {
    const queue = openForEachTest(open);
    const { accepted } = queue;

    const changes: [string, (queue: JobQueue, id: string, it: ExpectedVersions) => unknown][] = [
      ["cancel", ({ control }, id, expected) => control.cancel(id, expected)],
      ["retry", ({ control }, id, expected) => control.retry(id, expected)],
      ["remove", ({ control }, id, expected) => control.remove(id, expected)],
      ["change", ({ control }, id, expected) => control.change(id, { priority: 5 }, expected)],
    ];

    test.each(changes)("%s: another version is refused, and nothing is done", async (_, change) => {
      const { id, version } = await accepted();
      for (const expected of [[], [version - 1], [version + 1, version + 2]]) {
        await expect(change(queue, id, expected)).rejects.toMatchObject(failed);
      }
      expect(await queue.jobs.find(id)).toMatchObject({ job: { state: "queued", version } });
      await change(queue, id, [version + 7, version]);
    });

    test.each(changes)("%s: a job that is not there is told as without it", async (_, change) => {
      const { id } = await accepted();
      await queue.control.cancel(id);
      await queue.control.remove(id);
      expect(JSON.stringify(await change(queue, id, [1]))).toContain('"gone"');
      expect(JSON.stringify(await change(queue, "x", [1]))).toContain('"unknown"');
    });

    test("of many changes at once that expect the same version, one is made", async () => {
      const { id, version } = await accepted();
      const other = queue.worker().queue;
      const ends = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 ? queue : other).control.change(id, { priority: index + 1 }, [version]),
        ),
      );
      const made = ends.filter(({ status }) => status === "fulfilled");
      expect(made).toHaveLength(1);
      expect(made).toMatchObject([{ value: { refusal: null, found: { job: { id } } } }]);
      for (const each of ends) {
        if (each.status === "rejected") expect(each.reason).toMatchObject(failed);
      }
      const now = await queue.jobs.find(id);
      expect(now).toMatchObject({ job: { version: version + 1 } });
    });

    test("a refused change leaves the others of its moment as they are", async () => {
      const { id, version } = await accepted();
      const [refused, other, submitted] = await Promise.allSettled([
        queue.control.cancel(id, [version + 1]),
        queue.control.change(id, { priority: 3 }, [version]),
        queue.jobs.submit([plainJob]),
      ]);
      expect(refused).toMatchObject({ status: "rejected", reason: failed });
      expect(other).toMatchObject({ value: { refusal: null, found: { job: { priority: 3 } } } });
      expect(submitted).toMatchObject({ value: [{ kind: "accepted" }] });
    });

    test("a job that has started meanwhile is not cancelled", async () => {
      const { id, version } = await accepted();
      const hands = new Hands(queue, 1);
      await hands.has(1);
      await expect(queue.control.cancel(id, [version])).rejects.toMatchObject(failed);
      expect(hands.signals.get(0)?.aborted).toBe(false);
      hands.end(0, { kind: "succeeded", result: "1" });
      const { state } = await becomes(queue, id, ({ finishedAt }) => finishedAt !== null);
      expect(state).toBe("succeeded");
      await expect(queue.control.remove(id, [version])).rejects.toMatchObject(failed);
      expect(await queue.jobs.find(id)).toMatchObject({ kind: "found" });
    });
  });
}

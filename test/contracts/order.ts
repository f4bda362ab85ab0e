import { describe, expect, test } from "vitest";
import type { Ending } from "../../src/jobs/assignment.ts";
import { becomes } from "./becomes.ts";
import { type OpenQueue, openForEachTest } from "./open-queue.ts";
import { Hands, runAll } from "./queue-under-test.ts";

const succeeded: Ending = { kind: "succeeded", result: "1" };
const failed = {
  kind: "failed",
  error: { type: "task-failed", detail: "no luck" },
} as const;

const group = (key: string, concurrency: number | null = null) => ({ key, concurrency });

/** What every queue holds to with groups and limits. */
export function orderContract(name: string, open: OpenQueue): void {
  describe(`${name} keeps an order`, () => {
    const queue = openForEachTest(open);
    const { accepted, reaches, submit } = queue;

    describe("of groups", () => {
      test("that take turns, jobs without a group among them", async () => {
        const a = [1, 2, 3].map((at) => ({ input: `"a${at}"`, group: group("a") }));
        const none = [1, 2].map((at) => ({ input: `"-${at}"` }));
        const b = [{ input: '"b1"', group: group("b") }];
        await submit([...a, ...none, ...b]);
        expect((await runAll(queue, 6)).join()).toBe('"a1","-1","b1","a2","-2","a3"');
      });

      test("after the priority, whoever was served", async () => {
        await submit([
          { input: "1", group: group("a") },
          { input: "2", group: group("a"), priority: 1 },
          { input: "3", group: group("a"), priority: 1 },
          { input: "4", group: group("b") },
        ]);
        expect(await runAll(queue, 4)).toEqual(["2", "3", "4", "1"]);
      });

      test("of which one that comes late has the next slot, however many jobs wait", async () => {
        await submit([
          ...Array.from({ length: 100 }, () => ({})),
          ...Array.from({ length: 100 }, () => ({ group: group("a") })),
        ]);
        const hands = new Hands(queue, 2);
        await hands.has(2);
        const late = await accepted({ group: group("late") });
        hands.consumption.offer(1);
        await hands.has(3);
        expect(hands.started[2]?.id).toBe(late.id);
      });

      test("of which the one with the fewest running jobs is next", async () => {
        await submit(["a1", "a2", "a3"].map((input) => ({ input, group: group("a") })));
        const hands = new Hands(queue, 2);
        await hands.has(2);
        await submit(["b1", "b2", "b3"].map((input) => ({ input, group: group("b") })));
        hands.consumption.offer(3);
        await hands.has(5);
        expect(hands.started.map(({ input }) => input).join()).toBe("a1,a2,b1,b2,a3");
      });

      test.each([
        ["a group", group("b")],
        ["no group", null],
      ])(
        "of which that of a job of %s has the last place when it is tried again",
        async (_, own) => {
          await submit([{ input: "again", group: own }]);
          const hands = new Hands(queue, 1);
          await hands.has(1);
          await submit(["a", "c"].map((input) => ({ input, group: group(input) })));
          hands.end(0, { ...failed, retry: true, pauseMs: 0 });
          await reaches(hands.started[0]?.id ?? "", "queued");
          hands.consumption.offer(3);
          await hands.has(4);
          expect(hands.started.map(({ input }) => input).join()).toBe("again,a,c,again");
        },
      );

      test("of which one has the last place when its job has waited for another job", async () => {
        const first = await accepted({ input: "first" });
        const job = { input: "b", group: group("b"), after: [{ id: first.id }] };
        const { id } = await accepted(job);
        const hands = new Hands(queue, 1);
        await hands.has(1);
        await submit(["a", "c"].map((input) => ({ input, group: group(input) })));
        hands.end(0, succeeded);
        await becomes(queue, id, ({ waitsFor }) => waitsFor === 0);
        hands.consumption.offer(3);
        await hands.has(4);
        expect(hands.started.map(({ input }) => input).join()).toBe("first,a,c,b");
      });

      test("in each of which the oldest job is first, whatever its task", async () => {
        const tasks = ["double", "other", "double", "other", "third"];
        await submit(tasks.map((task, at) => ({ task, input: `${at}`, group: group("a") })));
        expect(await runAll(queue, 5)).toEqual(["0", "1", "2", "3", "4"]);
      });

      test("of which no more jobs run than they may, and others go on", async () => {
        const jobs = await submit([
          { group: group("a", 2) },
          { group: group("a", 2) },
          { group: group("a", 2) },
          { group: group("b") },
        ]);
        const ids = jobs.map((each) => (each.kind === "accepted" ? each.job.id : ""));
        const hands = new Hands(queue, 8);
        await hands.has(3);
        expect(hands.started.map(({ id }) => id).sort()).toEqual(
          [ids[0], ids[1], ids[3]].sort() as string[],
        );
        const first = hands.started.findIndex(({ id }) => id === ids[0]);
        hands.end(first, succeeded);
        await hands.has(4);
        expect(hands.started[3]?.id).toBe(ids[2]);
      });

      test("whose limit is that of the job that was accepted last", async () => {
        await submit([{ group: group("a", 1) }, { group: group("a") }, { group: group("a") }]);
        const hands = new Hands(queue, 8);
        await hands.has(1);
        // A job without a limit has lifted none: only that of another group starts.
        const other = await accepted({ group: group("b") });
        await hands.has(2);
        expect(hands.started[1]?.id).toBe(other.id);
        await submit([{ group: group("a", 3) }]);
        await hands.has(4);
        await queue.jobs.stats();
        expect(hands.started).toHaveLength(4);
      });

      test("whose limit goes with the last job", async () => {
        const jobs = [
          await accepted({ group: group("a", 1) }),
          await accepted({ group: group("a") }),
        ];
        const [first, last] = jobs.map(({ id }) => id) as [string, string];
        await queue.control.cancel(first);
        await queue.control.remove(first);
        await submit([{ group: group("a") }]);
        const hands = new Hands(queue, 8);
        await hands.has(1);
        hands.end(0, succeeded);
        await hands.has(2);
        hands.end(1, succeeded);
        for (const { id } of hands.started) {
          await reaches(id, "succeeded");
          await queue.control.remove(id);
        }
        expect(hands.started[0]?.id).toBe(last);
        await submit([{ group: group("a") }, { group: group("a") }]);
        await hands.has(4);
      });

      test("whose limit holds for a job that is retried", async () => {
        const first = await accepted({ group: group("a", 1) });
        await submit([{ group: group("a", 1), input: "2" }]);
        const hands = new Hands(queue, 8);
        await hands.has(1);
        hands.end(0, { ...failed, retry: true });
        await hands.has(2);
        expect(hands.started[1]?.id).toBe(first.id);
        hands.end(1, succeeded);
        await hands.has(3);
        expect(hands.started[2]?.input).toBe("2");
      });
    });

    test("no more jobs of a task run than it says, whichever worker has room", async () => {
      const limits = { narrow: 2 };
      await submit(["narrow", "narrow", "narrow", "narrow", "double"].map((task) => ({ task })));
      const [one, other] = [
        new Hands(queue, 4, { limits }),
        new Hands(queue.worker().queue, 4, { limits }),
      ];
      const started = () => [...one.started, ...other.started].map(({ task }) => task);
      while (started().length < 3) await queue.jobs.stats();
      expect(started().toSorted()).toEqual(["double", "narrow", "narrow"]);
      for (const each of [one, other]) {
        for (const at of each.started.keys()) each.end(at, succeeded);
      }
      while (started().length < 5) await queue.jobs.stats();
      expect(started().filter((task) => task === "narrow")).toHaveLength(4);
    });
  });
}

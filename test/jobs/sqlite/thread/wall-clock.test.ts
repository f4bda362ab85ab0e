import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Assignment, Ended } from "../../../../src/jobs/assignment.ts";
import type { StoreCommand } from "../../../../src/jobs/messages/commands.ts";
import type { QueueStats } from "../../../../src/jobs/stats.ts";
import { StoreOnFile } from "../../../helpers/store-on-file.ts";

const hour = 3_600_000;
const day = 24 * hour;
const retentionMs = day;
const noLuck: Ended = {
  kind: "failed",
  error: { type: "task-failed", detail: "no luck" },
  retry: true,
};

/** A store that looks at its clocks before each command. */
class Subject extends StoreOnFile {
  constructor() {
    super({ retentionMs, random: () => 0.999_999_9 });
  }

  override ask<Value>(command: StoreCommand): Value {
    this.store.checkClock();
    return super.ask(command);
  }

  /** The job that starts now; undefined where none may. */
  next(): Assignment | undefined {
    this.chores();
    const args = { limit: 1, onProbation: [] };
    return this.ask<readonly Assignment[]>({ name: "claim", args })[0];
  }

  /** Submits a job whose first attempt fails. */
  failOnce(backoffMs: number): string {
    const id = this.submit({ backoffMs });
    this.end(this.next() as Assignment, noLuck);
    return id;
  }
}

let queue: Subject;
beforeEach(() => {
  queue = new Subject();
});
afterEach(() => queue[Symbol.dispose]());

describe.each([[-40 * day], [-hour], [-1000], [1000], [hour], [40 * day]])(
  "a wall clock that is set by %i ms",
  (step) => {
    test("leaves a retry its pause, and its runAt has the new time", () => {
      const id = queue.failOnce(4000);
      const { version } = queue.job(id);
      queue.ahead += step;
      expect(queue.job(id).runAt).toBe(queue.now + 4000);
      expect(queue.job(id).version).toBeGreaterThan(version);
      queue.steady += 3999;
      expect(queue.next()).toBeUndefined();
      queue.steady += 1;
      expect(queue.next()).toMatchObject({ id, attempt: 2 });
    });

    test("leaves times of runs and waits as they were, none below 0", () => {
      queue.submit();
      queue.submit();
      const assignment = queue.next() as Assignment;
      queue.ahead += step;
      queue.steady += 200;
      queue.end(assignment, { kind: "succeeded", result: "1" });
      queue.next();
      const { runMs, waitMs, oldestWaitingMs } = queue.ask<QueueStats>({ name: "stats", args: {} });
      expect(runMs).toMatchObject({ count: 1, sum: 200 });
      expect(waitMs.count).toBe(2);
      expect(waitMs.sum).toBeGreaterThanOrEqual(0);
      expect(oldestWaitingMs).toBeNull();
    });

    test("moves a planned start along: that is a time of the wall", () => {
      const runAt = queue.now + 60_000;
      const id = queue.submit({ runAt });
      queue.ahead += step;
      expect(queue.job(id).runAt).toBe(runAt);
      const isDue = queue.now >= runAt;
      expect(queue.next()?.id).toBe(isDue ? id : undefined);
    });

    test("removes nothing before its retention is over", () => {
      const id = queue.submit();
      queue.end(queue.next() as Assignment, { kind: "succeeded", result: "1" });
      queue.ahead += step;
      queue.steady += retentionMs - 1;
      queue.next();
      expect(queue.find(id).kind).toBe("found");
      queue.steady += 2 + Math.max(0, -step);
      queue.next();
      expect(queue.find(id).kind).toBe("gone");
    });

    test("removes a key with its job, neither sooner nor later", () => {
      const key = { name: "k", fingerprints: ["a"] as const };
      const id = queue.submit({ key });
      queue.ahead += step;
      queue.ask({ name: "cancel", args: { id } });
      queue.steady += retentionMs - 1;
      queue.next();
      expect(queue.submit({ key })).toBe(id);
      queue.steady += 100 * day;
      queue.next();
      expect(queue.find(id).kind).toBe("gone");
      expect(queue.submit({ key })).not.toBe(id);
    });

    test("while the server was down: a retry waits no longer than its pause", () => {
      const id = queue.failOnce(4000);
      queue.ahead += step;
      queue.reopen();
      queue.steady += 4000;
      expect(queue.next()).toMatchObject({ id, attempt: 2 });
    });
  },
);

test("a step that cannot be written is written later, and no job starts too early meanwhile", () => {
  const id = queue.failOnce(4000);
  const closed = queue.db.prepare("PRAGMA query_only = 1");
  closed.all();
  queue.ahead += hour;
  queue.store.checkClock();
  expect(queue.store.trouble).not.toBeNull();
  queue.store.doChores();
  queue.db.exec("PRAGMA query_only = 0");
  expect(queue.next()).toBeUndefined();
  expect(queue.store.trouble).toBeNull();
  queue.steady += 4000;
  expect(queue.next()?.id).toBe(id);
});

test("however it is set, a retry is due when its pause is over by the steady clock, and not before", () => {
  const happening = fc.oneof(
    fc.record({ step: fc.integer({ min: -40 * day, max: 40 * day }) }),
    fc.record({ step: fc.integer({ min: -5000, max: 5000 }) }),
    fc.record({ wait: fc.double({ min: 0, max: 3000, noNaN: true }) }),
  );
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 12 }), (happenings) => {
      using subject = new Subject();
      subject.failOnce(4000);
      const dueAt = subject.steady + 4000;
      let drift = 0; // What is no step is taken for drift, and moves what is due by as much.
      for (const each of happenings) {
        if ("wait" in each) subject.steady += each.wait;
        else subject.ahead += each.step;
        if ("step" in each && Math.abs(each.step) < 1001) drift += Math.abs(each.step);
        const claimed = subject.next();
        if (claimed) {
          expect(subject.steady).toBeGreaterThanOrEqual(dueAt - drift - 1);
          return;
        }
        expect(subject.steady).toBeLessThan(dueAt + drift + 1);
      }
    }),
    { numRuns: 50 },
  );
});

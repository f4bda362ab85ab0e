import fc from "fast-check";
import { expect, test } from "vitest";
import { LoopBoard } from "../../../src/worker/watchdog/loop-board.js";
import { leastMs, Patience } from "../../../src/worker/watchdog/patience.js";

const lookMs = 100;
const options = { lookMs, runTimeoutMs: 8000, hangTimeoutMs: 1000 };

/** A watchdog that looks every 100 ms at a loop that last turned at `turnedAt`. */
function firstComplaint(turnedAt: number, deadline: number, until: number): number | undefined {
  const patience = new Patience(options, turnedAt);
  for (let now = turnedAt; now <= until; now += lookMs) {
    if (patience.look(now, turnedAt, deadline, deadline) > 0) return now;
  }
  return undefined;
}

test.each([
  ["by nothing that has a deadline: for the time of a run", 0, 10_000 + 8000],
  ["by a run: until its deadline", 10_500, 10_500],
  ["by a job that may run for longer than any other run", 60_000, 60_000],
  ["by a run that should have ended before the loop last turned", 500, 10_000],
])("a loop is held %s, and then for the grace", (_, deadline, until) => {
  const complaint = firstComplaint(10_000, deadline, 100_000) ?? 0;
  expect(complaint).toBeGreaterThan(until + options.hangTimeoutMs);
  expect(complaint).toBeLessThanOrEqual(until + options.hangTimeoutMs + 2 * lookMs);
});

test.each([
  ["no run", 0],
  ["a run that waits", 10_001],
])("what is no run has a few seconds, however short runs have to be, beside %s", (_, latest) => {
  const patience = new Patience({ lookMs, runTimeoutMs: 1, hangTimeoutMs: 1 }, 10_000);
  const look = (now: number) => patience.look(now, 10_000, 0, latest);
  for (let now = 10_000; now <= 10_000 + leastMs; now += lookMs) expect(look(now)).toBe(0);
  expect(look(10_000 + leastMs + lookMs) + look(10_000 + leastMs + 2 * lookMs)).toBeGreaterThan(0);
});

test("a loop that is not watched yet may take any time to boot", () => {
  const patience = new Patience(options, 0);
  for (let now = 0; now < 100_000; now += lookMs) expect(patience.look(now, 0, 0, 0)).toBe(0);
});

test("a debugger may hold a loop for ever", () => {
  const patience = new Patience(options, 0);
  for (let now = 0; now < 100_000; now += lookMs) {
    expect(patience.look(now, Number.POSITIVE_INFINITY, 0, 0)).toBe(0);
  }
});

test("the answer is how long the loop did not turn while the process was awake", () => {
  const patience = new Patience(options, 0);
  for (let now = 100; now <= 1000; now += lookMs) patience.look(now, 100, 200, 0);
  // Asleep for an hour.
  expect(patience.look(3_601_100, 100, 200, 0)).toBe(0);
  expect(patience.look(3_601_200, 100, 200, 0)).toBe(0);
  expect(patience.look(3_601_300, 100, 200, 0)).toBe(0);
  expect(patience.look(3_601_400, 100, 200, 0)).toBe(1300);
});

const ms = (max: number) => fc.integer({ min: 0, max });

test("a loop that turns within its deadlines is left alone, however the process sleeps", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const part = fc.record({
    /** The run's timeout, how long its function holds the loop, and how long the run does after it. */
    timeoutMs: ms(100_000),
    heldFor: share,
    laterFor: share,
    /** How long other work holds the loop before the run and after it, in the same turn. */
    checkedFor: share,
    writtenFor: share,
    /** How long the process is stopped, and at which of the looks. */
    asleepMs: ms(1_000_000),
    asleepAt: ms(100),
    /** How late a look is on a busy machine. */
    lateMs: ms(lookMs),
    /** Whether the loop turns before the next run. */
    turns: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 20 }), (parts) => {
      let now = 1;
      const board = new LoopBoard(LoopBoard.memoryFor(1));
      const patience = new Patience(options, now);
      const look = () => {
        const { turnedAt, deadline, latestDeadline } = board;
        return patience.look(now, turnedAt, deadline, latestDeadline);
      };
      board.turned(now);
      for (const { timeoutMs, heldFor, laterFor, checkedFor, writtenFor, turns, ...of } of parts) {
        let looks = 0;
        const hold = (forMs: number) => {
          for (let heldMs = forMs; heldMs > 0; looks++) {
            const pause = Math.min(heldMs, lookMs + of.lateMs);
            heldMs -= pause;
            now += pause + (looks === of.asleepAt ? of.asleepMs : 0);
            expect(look()).toBe(0);
          }
        };
        // The check and the writing share the time that a turn has beside its runs.
        hold((checkedFor * options.runTimeoutMs) / 2);
        const deadline = now + timeoutMs;
        const place = board.enter(deadline, "run");
        hold(heldFor * (timeoutMs + options.hangTimeoutMs));
        board.returned(now);
        hold(laterFor * (Math.max(leastMs, deadline - now) + options.hangTimeoutMs));
        board.leave(place, now);
        expect(look()).toBe(0);
        hold((writtenFor * options.runTimeoutMs) / 2);
        if (!turns) continue;
        board.turned(now);
        now += lookMs; // The watchdog sees the loop turn.
        expect(look()).toBe(0);
      }
    }),
    { numRuns: 500 },
  );
});

test("a loop that never turns again is ended, however the process is stopped in between", () => {
  fc.assert(
    fc.property(ms(10_000), fc.array(ms(100_000), { maxLength: 10 }), (timeoutMs, sleeps) => {
      const patience = new Patience(options, 1);
      let now = 1;
      let looks = 0;
      while (patience.look(now, 1, 1 + timeoutMs, 600_000) === 0) {
        now += lookMs + (sleeps[looks++] ?? 0);
      }
      const most = timeoutMs + options.hangTimeoutMs + 3 * lookMs;
      expect(looks).toBeLessThanOrEqual(most / lookMs + sleeps.length);
    }),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { Patience } from "../../src/worker/patience.js";

const lookMs = 100;
const options = { lookMs, runTimeoutMs: 2000, hangTimeoutMs: 1000 };

/** A watchdog that looks every 100 ms at a loop that last turned at `turnedAt`. */
function firstComplaint(turnedAt: number, deadline: number, until: number): number | undefined {
  const patience = new Patience(options, turnedAt);
  for (let now = turnedAt; now <= until; now += lookMs) {
    if (patience.look(now, turnedAt, deadline) > 0) return now;
  }
  return undefined;
}

test.each([
  ["by nothing that has a deadline: for the time of a run", 0, 10_000 + 2000],
  ["by a run: until its deadline", 10_500, 10_500],
  ["by a job that may run for longer than any other run", 60_000, 60_000],
  ["by a run that should have ended before the loop last turned", 500, 10_000],
])("a loop is held %s, and then for the grace", (_, deadline, until) => {
  const complaint = firstComplaint(10_000, deadline, 100_000) ?? 0;
  expect(complaint).toBeGreaterThan(until + options.hangTimeoutMs);
  expect(complaint).toBeLessThanOrEqual(until + options.hangTimeoutMs + 2 * lookMs);
});

test("a loop that is not watched yet may boot for as long as it likes", () => {
  const patience = new Patience(options, 0);
  for (let now = 0; now < 100_000; now += lookMs) expect(patience.look(now, 0, 0)).toBe(0);
});

test("a loop that a debugger holds may be held for ever", () => {
  const patience = new Patience(options, 0);
  for (let now = 0; now < 100_000; now += lookMs) {
    expect(patience.look(now, Number.POSITIVE_INFINITY, 0)).toBe(0);
  }
});

test("it is told for how long the loop did not turn, awake", () => {
  const patience = new Patience(options, 0);
  for (let now = 100; now <= 1000; now += lookMs) patience.look(now, 100, 200);
  // Asleep for an hour.
  expect(patience.look(3_601_100, 100, 200)).toBe(0);
  expect(patience.look(3_601_200, 100, 200)).toBe(0);
  expect(patience.look(3_601_300, 100, 200)).toBe(0);
  expect(patience.look(3_601_400, 100, 200)).toBe(1300);
});

const ms = (max: number) => fc.integer({ min: 0, max });

test("whatever it does inside its deadlines and however it sleeps, a loop that turns then is left alone", () => {
  const part = fc.record({
    /** How long the run may take, and how long it holds the loop. */
    timeoutMs: ms(10_000),
    heldFor: fc.double({ min: 0, max: 1, noNaN: true }),
    /** How long the process is stopped, and at which of the looks. */
    asleepMs: ms(1_000_000),
    asleepAt: ms(100),
    /** How late a look is on a busy machine. */
    lateMs: ms(lookMs),
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 20 }), (parts) => {
      let now = 1;
      const patience = new Patience(options, now);
      for (const { timeoutMs, heldFor, asleepMs, asleepAt, lateMs } of parts) {
        const turnedAt = now;
        const deadline = now + timeoutMs;
        let heldMs = heldFor * (timeoutMs + options.hangTimeoutMs);
        for (let look = 0; heldMs > 0; look++) {
          const pause = Math.min(heldMs, lookMs + lateMs);
          heldMs -= pause;
          now += pause + (look === asleepAt ? asleepMs : 0);
          expect(patience.look(now, turnedAt, deadline)).toBe(0);
        }
        now += lookMs; // It turns, and the watchdog sees that.
        expect(patience.look(now, now, 0)).toBe(0);
      }
    }),
    { numRuns: 500 },
  );
});

test("however a process is stopped in between, a loop that never turns again is ended", () => {
  fc.assert(
    fc.property(ms(10_000), fc.array(ms(100_000), { maxLength: 10 }), (timeoutMs, sleeps) => {
      const patience = new Patience(options, 1);
      let now = 1;
      let looks = 0;
      while (patience.look(now, 1, 1 + timeoutMs) === 0) {
        now += lookMs + (sleeps[looks++] ?? 0);
      }
      const most = timeoutMs + options.hangTimeoutMs + 3 * lookMs;
      expect(looks).toBeLessThanOrEqual(most / lookMs + sleeps.length);
    }),
  );
});

import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decisionOf,
  longestPauseMs,
  noRetry,
  retryAfter,
  shortestSnoozeMs,
  snooze,
  withDecision,
} from "../../src/tasks/decision.ts";

/** As JavaScript may call them. */
const loose = { noRetry, retryAfter, snooze } as unknown as Record<
  string,
  (...args: unknown[]) => Error
>;

describe("an error that decides", () => {
  test("is an Error with its message, and its stack begins at the task", () => {
    const error = noRetry("no such customer");
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe("no such customer");
    expect(error.stack?.split("\n")[1]).toContain("decision.test.ts");
    expect(snooze(100).message).toBe("");
  });

  test("keeps a cause", () => {
    const cause = new Error("socket hang up");
    for (const error of [
      noRetry("a", { cause }),
      retryAfter(1, "a", { cause }),
      snooze(100, "a", { cause }),
    ]) {
      expect(error.cause).toBe(cause);
    }
  });

  test("is known by its decision, within the bounds", () => {
    const pause = fc.double({ min: 0, max: longestPauseMs, noNaN: true });
    fc.assert(
      fc.property(pause, (ms) => {
        const whole = Math.ceil(ms);
        expect(decisionOf(retryAfter(ms, ""))).toEqual({ kind: "retry-after", ms: whole });
        if (ms >= shortestSnoozeMs) {
          expect(decisionOf(snooze(ms))).toEqual({ kind: "snooze", ms: whole });
        } else {
          expect(() => snooze(ms)).toThrow(RangeError);
        }
      }),
    );
    expect(decisionOf(noRetry(""))).toEqual({ kind: "no-retry" });
  });

  test.each([
    [
      "retryAfter",
      [Number.NaN, "why"],
      /^retryAfter\(ms, message\): ms must be from 0 to .*not NaN/,
    ],
    ["retryAfter", [-1, "why"], /ms must be from 0 to 31536000000 \(365 days\), not -1$/],
    ["retryAfter", [Number.POSITIVE_INFINITY, "why"], /not Infinity$/],
    ["snooze", [99], /^snooze\(ms, message\): ms must be from 100 to .*, not 99$/],
    ["snooze", [longestPauseMs + 1], /not 31536000001$/],
  ])("%s(%j) is out of range, and says so", (name, args, message) => {
    expect(() => loose[name]?.(...args)).toThrow(RangeError);
    expect(() => loose[name]?.(...args)).toThrow(message);
  });

  test.each([
    [
      "retryAfter",
      ["5000", "why"],
      /ms must be a number of milliseconds, not a value of type string$/,
    ],
    ["retryAfter", [1], /the message must be a text that says why, not undefined$/],
    ["snooze", [null], /ms must be a number of milliseconds, not null$/],
    ["snooze", [100, 5], /the message must be a text that says why, not a value of type number$/],
    [
      "noRetry",
      [],
      /^noRetry\(message\): the message must be a text that says why, not undefined$/,
    ],
    ["noRetry", [new Error("x")], /not a value of type object$/],
  ])("%s(%j) is of the wrong type, and says so", (name, args, message) => {
    expect(() => loose[name]?.(...args)).toThrow(TypeError);
    expect(() => loose[name]?.(...args)).toThrow(message);
  });

  test("is known across copies of the package, and across realms", async () => {
    // A query makes another copy of the module.
    const url = new URL("../../src/tasks/decision.ts?copy", import.meta.url).href;
    const copy = (await import(url)) as { snooze: typeof snooze };
    expect(copy.snooze).not.toBe(snooze);
    expect(decisionOf(copy.snooze(200))).toEqual({ kind: "snooze", ms: 200 });
    const foreign = runInNewContext("new Error('x')") as Error;
    expect(decisionOf(withDecision(foreign, { kind: "no-retry" }))).toEqual({ kind: "no-retry" });
  });

  test("nothing else decides, whatever was thrown", () => {
    const brand = Symbol.for("manycore.decision");
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const strange = [
      ...[new Error("x"), "text", null, undefined, 5, {}, revoked.proxy],
      { [brand]: null },
      { [brand]: { kind: "else" } },
      { [brand]: { kind: "snooze" } },
      { [brand]: { kind: "snooze", ms: Number.NaN } },
      { [brand]: { kind: "retry-after", ms: -1 } },
      { [brand]: { kind: "retry-after", ms: "5" } },
    ];
    expect(strange.map(decisionOf).filter(Boolean)).toEqual([]);
  });
});

import fc from "fast-check";
import { pino } from "pino";
import { expect, test } from "vitest";
import { AppError, messageOf, toFault } from "../../src/errors.ts";
import { loggedError } from "../../src/telemetry/logged-error.ts";
import { anythingThrown } from "../fixtures/thrown.ts";

/** Short enough for several to wait to be written (outlet.ts). */
const longestLine = 1_000_000;

test("anything thrown has a message, a fault and a valid line in the log", () => {
  fc.assert(
    fc.property(anythingThrown, (make) => {
      const thrown = make();
      expect(typeof messageOf(thrown)).toBe("string");
      expect(() => structuredClone(toFault(thrown))).not.toThrow();
      expect(thrown instanceof AppError).toBe(false);
      const lines: string[] = [];
      const log = pino({ serializers: { err: loggedError } }, { write: (l) => void lines.push(l) });
      log.error({ err: thrown }, "failed");
      expect(lines).toHaveLength(1);
      expect(lines[0]?.length).toBeLessThan(longestLine);
      if (thrown === undefined) return; // The line is valid without it.
      const { err } = JSON.parse(lines[0] ?? "");
      expect(err).toMatchObject({ type: expect.any(String), message: expect.any(String) });
    }),
    { numRuns: 1000 },
  );
});

test("an error is logged with its causes, its aggregated errors and its own properties", () => {
  const cause = Object.assign(new Error("deeper"), { errno: -2 });
  const error = Object.assign(new TypeError("upper", { cause }), {
    code: "E_UPPER",
    details: { list: [1, { deep: {} }] },
    other: new Error("aside"),
  });
  expect(loggedError(error)).toEqual({
    type: "TypeError",
    message: "upper: deeper",
    stack: expect.stringMatching(
      /^TypeError: upper\n +at [\s\S]*\ncaused by: Error: deeper\n +at /,
    ),
    code: "E_UPPER",
    details: "{ list: [ 1, [Object] ] }",
    other: { type: "Error", message: "aside", stack: expect.stringContaining("at ") },
  });
  const several = new AggregateError([new Error("one"), "two"], "several");
  expect(loggedError(several)).toMatchObject({
    aggregateErrors: [
      { type: "Error", message: "one" },
      { type: "string", message: "two" },
    ],
  });
});

test("a message of megabytes is cut, with the number of cut characters and the stack's frames", () => {
  const { message, stack } = loggedError(new Error("x".repeat(2_000_000)));
  expect(message).toHaveLength(4000 + "… (1996000 more characters)".length);
  expect(message.endsWith("… (1996000 more characters)")).toBe(true);
  expect(stack).toMatch(/more characters\)[\s\S]*\n +at .*logged-error\.test/);
});

test("an AppError is what its constructor made, not what looks like one", () => {
  const real = new AppError("not-found", "Nothing.");
  expect(real instanceof AppError).toBe(true);
  expect(Object.create(AppError.prototype) instanceof AppError).toBe(false);
  expect(new Proxy(real, {}) instanceof AppError).toBe(false);
});

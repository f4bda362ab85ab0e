import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance, nearest } from "../../src/config/nearest.ts";

test.each([
  ["kitten", "sitting", 3],
  ["", "abc", 3],
  ["abc", "", 3],
  ["abc", "abc", 0],
  ["prot", "port", 2],
])("%j is %j after %i edits", (from, to, edits) => {
  expect(editDistance(from, to)).toBe(edits);
});

test("a distance is symmetric, at least the difference in length, and 0 only for equal words", () => {
  const word = fc.string({ maxLength: 8, unit: fc.constantFrom("a", "b", "-") });
  fc.assert(
    fc.property(word, word, (one, other) => {
      const edits = editDistance(one, other);
      expect(editDistance(other, one)).toBe(edits);
      expect(edits).toBeGreaterThanOrEqual(Math.abs(one.length - other.length));
      expect(edits).toBeLessThanOrEqual(Math.max(one.length, other.length));
      expect(edits === 0).toBe(one === other);
    }),
  );
});

test("the nearest name is suggested, and none where all are far", () => {
  const names = ["port", "host", "max-pending"];
  expect(nearest("prot", names)).toBe("port");
  expect(nearest("max-pendig", names)).toBe("max-pending");
  expect(nearest("executor", names)).toBeUndefined();
  expect(nearest("x", [])).toBeUndefined();
});

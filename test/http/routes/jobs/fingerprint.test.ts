import fc from "fast-check";
import { expect, test } from "vitest";
import { makeFingerprints } from "../../../../src/http/routes/jobs/fingerprint.ts";

const fields = { task: "t", priority: 0 };

function shuffled(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(shuffled);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, shuffled(member)]),
  );
}

test("the order of names does not matter, at any depth", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (input) => {
      const other = shuffled(input);
      expect(makeFingerprints(fields, other, other)).toEqual(
        makeFingerprints(fields, input, input),
      );
    }),
  );
});

test("two inputs with different JSON have no digest in common", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      fc.pre(
        JSON.stringify(a) !== JSON.stringify(b) &&
          JSON.stringify(shuffled(a)) !== JSON.stringify(b),
      );
      const known = new Set<string>(makeFingerprints(fields, [a, 1], [a, 1]));
      expect(makeFingerprints(fields, [b, 1], [b, 1]).filter((each) => known.has(each))).toEqual(
        [],
      );
    }),
  );
});

const ring: unknown[] = [];
ring.push(ring);

test.each([
  ["a Map", new Map([[1, 2]])],
  ["bytes", { data: new Uint8Array(1) }],
  ["a date", [new Date(0)]],
  ["a number that JSON cannot say", { value: Number.NaN }],
  ["a BigInt", 1n],
  ["a ring", ring],
])(
  "a checked input with %s has no digest, since others may have the same text",
  (_what, checked) => {
    expect(makeFingerprints(fields, 1, checked)).toEqual(
      makeFingerprints(fields, 1, 2).slice(0, 1),
    );
  },
);

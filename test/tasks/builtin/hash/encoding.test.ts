import fc from "fast-check";
import { expect, test } from "vitest";
import { encodingFault } from "../../../../src/tasks/builtin/hash/encoding.ts";

test("a text without a fault gives back exactly itself, in every encoding", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.stringMatching(/^[0-9a-fA-FgG]*$/),
    fc.stringMatching(/^[A-Za-z0-9+/=]*$/),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom("utf8", "hex", "base64"), (text, encoding) => {
      const back = Buffer.from(text, encoding).toString(encoding);
      const same = encoding === "hex" ? back === text.toLowerCase() : back === text;
      expect(encodingFault(text, encoding) === undefined).toBe(same);
    }),
    { numRuns: 500 },
  );
});

test("all bytes can be written without a fault", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom("hex", "base64"), (array, encoding) => {
      expect(encodingFault(Buffer.from(array).toString(encoding), encoding)).toBeUndefined();
    }),
  );
});

test.each([
  ["utf8", "half \udc00 a pair"],
  ["hex", "0"],
  ["hex", "0x00"],
  ["hex", "00 11"],
  ["base64", "a"],
  ["base64", "YWI"],
  ["base64", "YWI=="],
  ["base64", "YW I="],
  ["base64", "_-8="],
] as const)("%s has a fault in %j", (encoding, text) => {
  expect(encodingFault(text, encoding)).toMatch(/is not |surrogate/);
});

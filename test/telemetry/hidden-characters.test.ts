import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeHidden } from "../../src/telemetry/hidden-characters.ts";

test.each([
  ["a control character", "\u0085"],
  ["DEL", "\u007f"],
  ["text in reverse", "\u202e"],
  ["an isolate", "\u2066"],
  ["a line separator", "\u2028"],
  ["a zero-width space", "\u200b"],
  ["a byte order mark", "\ufeff"],
  ["a tag, which takes two units", "\u{e0041}"],
])("%s is escaped, and means the same", (_, character) => {
  const line = `${JSON.stringify({ "url.path": `/a${character}b` })}\n`;
  const escaped = escapeHidden(line);
  expect(escaped).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(escaped)).toEqual(JSON.parse(line));
});

test.each(["grüezi", "日本語", "نص", "👩‍💻"])("%s stays as it is", (text) => {
  const line = `${JSON.stringify({ text })}\n`;
  expect(escapeHidden(line)).toBe(line);
});

const forging = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

test("whatever a line holds, it stays one line of JSON that says the same", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const line = `${JSON.stringify({ text })}\n`;
      const escaped = escapeHidden(line);
      expect(JSON.parse(escaped)).toEqual({ text: JSON.parse(line).text });
      expect(forging.test(escaped.slice(0, -1))).toBe(false);
    }),
  );
});

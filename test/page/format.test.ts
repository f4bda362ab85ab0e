import { expect, test } from "vitest";
import { formatBytes, formatMs, formatNumber } from "../../src/page/format.ts";

test.each([
  [0, "0"],
  [0.4249, "0.42"],
  [12.34, "12.3"],
  [999.7, "1,000"],
  [12_345.6, "12,346"],
])("the number %s is %s", (value, text) => expect(formatNumber(value)).toBe(text));

test.each([
  [0.42, "0.42 ms"],
  [340, "340 ms"],
  [1250, "1.25 s"],
  [180_000, "3 min"],
])("%s ms are %s", (ms, text) => expect(formatMs(ms)).toBe(text));

test.each([
  [0, "0 B"],
  [96_400_000, "96.4 MB"],
  [1_230_000_000, "1.23 GB"],
])("%s bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

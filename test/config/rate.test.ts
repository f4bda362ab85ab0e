import { describe, expect, test } from "vitest";
import { rate } from "../../src/config/rate.ts";

test.each([
  ["none", null],
  ["100/60s", { requests: 100, windowMs: 60_000 }],
  ["5/s", { requests: 5, windowMs: 1000 }],
  ["100/m", { requests: 100, windowMs: 60_000 }],
  ["1000/h", { requests: 1000, windowMs: 3_600_000 }],
  ["1000000/24h", { requests: 1_000_000, windowMs: 86_400_000 }],
])("reads %s", (text, value) => {
  expect(rate.parse(text)).toEqual({ ok: true, value });
});

describe("refuses", () => {
  test.each([
    "",
    "0/60s",
    "1000001/s",
    "100/0s",
    "100/25h",
    "100/500ms",
    "100/1.5s",
    "100/60",
    "100 per minute",
    "-1/60s",
    "/60s",
  ])("%j", (text) => {
    expect(rate.parse(text)).toEqual({ ok: false });
  });

  test("a bare number, with how to write it", () => {
    expect(rate.parse("100")).toEqual({ ok: false, reason: "Add the time: 100/60s" });
  });
});

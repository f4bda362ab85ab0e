import { describe, expect, test } from "vitest";
import {
  dropZeros,
  formatBytes,
  formatInterval,
  formatMoment,
  formatNumber,
  formatRatio,
  formatShare,
  formatTime,
} from "../../../../bench/report/text/numbers.ts";

describe("numbers", () => {
  test.each([
    [0, "0"],
    [0.012345, "0.0123"],
    [1.974, "1.97"],
    [19.74, "19.7"],
    [391.2, "391"],
    [17_321, "17,321"],
  ])("%s is written %s", (value, text) => expect(formatNumber(value)).toBe(text));

  test("have units that suit their size", () => {
    expect(formatTime(0.312)).toBe("0.312\u00a0ms");
    expect(formatTime(1_450)).toBe("1.45\u00a0s");
    expect(formatTime(652_000)).toBe("10.9\u00a0min");
    expect(formatBytes(96 * 1_024 ** 2)).toBe("96.0\u00a0MB");
    expect(formatBytes(0)).toBe("0\u00a0B");
  });

  test("ratios and their intervals", () => {
    expect(formatRatio(1.9701)).toBe("1.97×");
    expect(formatInterval({ low: 1.951, high: 1.989 })).toBe("[1.95,\u00a01.99]");
    expect(formatInterval({ low: 0.9971, high: 1.0042 })).toBe("[0.997,\u00a01.004]");
    expect(formatInterval(null)).toBe("");
    expect(formatShare(0.968)).toBe("97\u00a0%");
    expect(formatShare(0.021)).toBe("2.1\u00a0%");
  });

  test("an axis has no zeros that say nothing", () => {
    expect(["2.00 s", "0.50 ms", "1.05×", "100", "10.0 ms"].map(dropZeros)).toEqual([
      "2 s",
      "0.5 ms",
      "1.05×",
      "100",
      "10 ms",
    ]);
  });

  test("a moment, or the text as it is", () => {
    expect(formatMoment("2026-03-01T12:30:05.000Z")).toBe("2026-03-01 12:30 UTC");
    expect(formatMoment("yesterday")).toBe("yesterday");
  });
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Telemetry } from "../../src/telemetry/events.ts";
import { type RecyclingParts, watchWear } from "../../src/worker/recycling.ts";

let telemetry: Telemetry;
let worn: string[];
let warnings: string[];
beforeEach(() => {
  vi.useFakeTimers();
  telemetry = new Telemetry();
  worn = [];
  warnings = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function watch(
  config: Partial<RecyclingParts["config"]>,
  more: Partial<RecyclingParts> = {},
): void {
  watchWear({
    config: { maxRssBytes: "none", maxRuns: "none", ...config },
    telemetry,
    onWorn: (reason) => worn.push(reason),
    onWarning: (message) => warnings.push(message),
    ...more,
  });
}

function run(times: number): void {
  const ended = { task: "hash", lane: "live", executor: "inline", queuedMs: 0, heldMs: 1 };
  for (let time = 0; time < times; time++) telemetry.emit("run.ended", ended as never);
}

test("without limits nothing is counted", () => {
  watch({});
  expect(telemetry.listenerCount("run.ended")).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  [0, 100],
  [0.5, 95],
  [0.999, 90],
])(
  "with --max-runs 100 and chance %d the run %d is the last, and it is told once",
  (chance, last) => {
    watch({ maxRuns: 100 }, { random: () => chance });
    run(last - 1);
    expect(worn).toEqual([]);
    run(10);
    expect(worn).toEqual(["runs"]);
  },
);

test("--max-rss counts if it is exceeded for a while, and not for a moment", () => {
  let rss = 50;
  watch({ maxRssBytes: 100 }, { rssBytes: () => rss });
  rss = 101;
  vi.advanceTimersByTime(4000);
  rss = 100;
  vi.advanceTimersByTime(1000);
  rss = 101;
  vi.advanceTimersByTime(4000);
  expect(worn).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(worn).toEqual(["memory"]);
});

test("a --max-rss that a worker has at its start already replaces nothing, and says so", () => {
  watch({ maxRssBytes: 100 }, { rssBytes: () => 2 ** 27 });
  vi.advanceTimersByTime(60_000);
  expect(worn).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining("right after its start (128 MB)")]);
});

import { expect, test } from "vitest";
import { bounds } from "../../../src/telemetry/figures/definitions.ts";
import { increment, observe, SeriesTable } from "../../../src/telemetry/figures/series-table.ts";

test("what has the same labels is counted together, and nothing else", () => {
  const table = new SeriesTable("manycore_job_attempts_total");
  increment(table.of("hash", "failed"));
  increment(table.of("hash", "succeeded"));
  increment(table.of("hash", "failed"));
  increment(table.of("failed", "hash"));
  expect(table.read()).toEqual({
    name: "manycore_job_attempts_total",
    series: [
      { labels: ["hash", "failed"], numbers: [2] },
      { labels: ["hash", "succeeded"], numbers: [1] },
      { labels: ["failed", "hash"], numbers: [1] },
    ],
  });
});

test("labels do not run into each other", () => {
  const table = new SeriesTable("manycore_job_attempts_total");
  for (const [task, ending] of [
    ["a|", "b"],
    ["a", "|b"],
    ["a", "b"],
    ["", "ab"],
  ] as const) {
    increment(table.of(task, ending));
  }
  expect(table.read().series.map(({ numbers }) => numbers)).toEqual([[1], [1], [1], [1]]);
});

test("a value counts in the first bucket whose bound it does not exceed", () => {
  const table = new SeriesTable("manycore_run_duration_seconds");
  const numbers = table.of("hash", "inline", "live");
  for (const seconds of [0, 0.005, 0.0051, 10, 11, 3600]) observe(numbers, seconds);
  const [sum, ...buckets] = numbers;
  expect(sum).toBeCloseTo(3621.0101);
  expect(buckets).toHaveLength(bounds.length + 1);
  expect(
    buckets.map((count, place) => [bounds[place], count]).filter(([, count]) => count),
  ).toEqual([
    [0.005, 2],
    [0.01, 1],
    [10, 1],
    [undefined, 2],
  ]);
});

test("what was read does not change any more", () => {
  const table = new SeriesTable("manycore_worker_requests_total");
  increment(table.of("1"));
  const read = table.read();
  increment(table.of("1"));
  expect(read.series[0]?.numbers).toEqual([1]);
});

test("labels without end take no memory without end, and nothing goes uncounted", () => {
  const table = new SeriesTable("manycore_job_attempts_total");
  for (let task = 0; task < 5000; task++) increment(table.of(`task-${task}`, "failed"));
  const { series } = table.read();
  expect(series).toHaveLength(1001);
  expect(series.at(-1)).toEqual({ labels: ["other", "other"], numbers: [4000] });
});

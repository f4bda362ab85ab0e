/** A percentile that falls on given-up requests says so, wherever it is printed. */
import { expect, test } from "vitest";
import type { Distribution } from "../../../bench/load/result.ts";
import { renderStressReport } from "../../../bench/stress/report/report.ts";
import type { Load } from "../../../bench/stress/result/result.ts";
import { writeLoadLine } from "../../../bench/stress/result/wording.ts";
import { writeSummary } from "../../../bench/stress/terminal/summary.ts";
import { tellStressVerdict } from "../../../bench/stress/verdict/verdict.ts";
import { stressResult } from "../../fixtures/stress-result.ts";
import { steady } from "./search/stream.ts";

const lost: Distribution = {
  ...{ ...steady, count: 200, givenUp: 20, givenUpMs: 15_000 },
  ...{ p95: null, p99: null, p999: null, max: null },
};

const late = <Part extends Load>(load: Part): Part => ({
  ...load,
  latency: lost,
  service: lost,
  light: { requests: 200, answered: 180, waited: 0, latency: lost },
});

test("in the progress, the table, the sentences, the report and the JSON", () => {
  const { verdict: _, ...whole } = stressResult;
  const unjudged = { ...whole, holds: whole.holds.map(late), steps: whole.steps.map(late) };
  const result = { ...unjudged, verdict: tellStressVerdict(unjudged) };
  const [hold] = result.holds;
  expect(writeLoadLine("2x", hold as Load)).toContain("p50 10 ms, p99 > 15 s");
  expect(result.verdict.join(" ")).toContain("p50 10 ms, p99 > 15 s");
  expect(result.verdict.join(" ")).toContain("180 of 200 answered, p50 10 ms, p99 > 15 s.");
  expect(writeSummary(result)).toMatch(/^2x .* 10 +> 15,000 .* > 15,000 /m);
  const html = renderStressReport(result);
  expect(html).toContain("&gt; 15.0\u00a0s");
  expect(html).not.toMatch(/"y":15000/);
  const { p99, givenUp, givenUpMs } = JSON.parse(JSON.stringify(hold)).latency;
  expect({ p99, givenUp, givenUpMs }).toEqual({ p99: null, givenUp: 20, givenUpMs: 15_000 });
});

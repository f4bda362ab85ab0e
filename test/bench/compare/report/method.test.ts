import { expect, test } from "vitest";
import { renderReport } from "../../../../bench/compare/report/report.ts";
import { benchResult } from "../../../fixtures/bench-result.ts";

function methodOf(rewarmMs: number | null): string {
  const html = renderReport({ ...benchResult, plan: { ...benchResult.plan, rewarmMs } });
  return /<section id="method".*?<\/section>/s.exec(html)?.[0] ?? "";
}

test("whether servers were warm for each cell is told", () => {
  expect(methodOf(1_500)).toMatch(/come 1\.50\ss of short runs/);
  expect(methodOf(null)).toContain("to compile it anew may be part of what a run costs here");
  expect(methodOf(null)).not.toContain("of short runs");
});

import { expect, test } from "vitest";
import { renderReport } from "../../../../bench/compare/report/report.ts";
import { benchResult } from "../../../fixtures/bench-result.ts";

function methodOf(rewarmMs: number | null): string {
  const html = renderReport({ ...benchResult, plan: { ...benchResult.plan, rewarmMs } });
  return /<section id="method".*?<\/section>/s.exec(html)?.[0] ?? "";
}

test("whether servers were warm for each cell is told", () => {
  expect(methodOf(1_500)).toMatch(/1\.50\ss of short runs go before every cell/);
  expect(methodOf(null)).toContain("Compiling it again may be part of a run’s cost here");
  expect(methodOf(null)).not.toContain("of short runs");
});

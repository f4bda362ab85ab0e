import { expect, test } from "vitest";
import { renderReport } from "../../../bench/report/index.ts";
import { benchResult } from "../../fixtures/bench-result.ts";

function methodOf(rewarmMs: number | null): string {
  const html = renderReport({ ...benchResult, plan: { ...benchResult.plan, rewarmMs } });
  return /<section id="method".*?<\/section>/s.exec(html)?.[0] ?? "";
}

test("whether servers were warm for each cell is told", () => {
  expect(methodOf(1_500)).toMatch(/Before every cell come 1\.50\ss of short runs/);
  expect(methodOf(null)).toContain("With --seconds it is not.");
  expect(methodOf(null)).not.toContain("Before every cell");
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { BenchResult } from "../../../../bench/compare/result/bench-result.ts";
import { resultsSection } from "../../../../bench/dev/readme/section.ts";

const root = new URL("../../../../", import.meta.url);
const kept = JSON.parse(readFileSync(new URL("docs/bench.json", root), "utf8")) as BenchResult;

test("README.md holds what was measured, as docs/bench.json has it", () => {
  const readme = readFileSync(new URL("README.md", root), "utf8");
  const section = /<!-- results -->\n+([\s\S]*?)\n+<!-- \/results -->/.exec(readme)?.[1];
  expect(section).toBe(resultsSection(kept));
});

test("what is kept was measured whole, and names its command and machine", () => {
  expect(kept.stopped).toBeNull();
  const text = resultsSection(kept);
  expect(text).toContain(kept.command);
  expect(text).toContain(kept.environment.cpu);
  for (const mode of ["bare", "tutorial", "single", "cluster", "threads"]) {
    expect(text).toMatch(new RegExp(`^\\| ${mode} `, "m"));
  }
});

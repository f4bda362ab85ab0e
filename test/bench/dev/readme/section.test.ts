import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { BenchResult } from "../../../../bench/compare/result/bench-result.ts";
import { writeResults, writeResultsSummary } from "../../../../bench/dev/readme/section.ts";

const root = new URL("../../../../", import.meta.url);
const kept = JSON.parse(readFileSync(new URL("docs/bench.json", root), "utf8")) as BenchResult;

function sectionOf(page: string): string | undefined {
  const text = readFileSync(new URL(page, root), "utf8");
  return /<!-- results -->\n+([\s\S]*?)\n+<!-- \/results -->/.exec(text)?.[1];
}

test("README.md and docs/bench.md hold what was measured, as docs/bench.json has it", () => {
  expect(sectionOf("README.md")).toBe(writeResultsSummary(kept));
  expect(sectionOf("docs/bench.md")).toBe(writeResults(kept));
});

test("the README's table has a row for each mode, and names the command", () => {
  const text = writeResultsSummary(kept);
  expect(text).toContain(`\`${kept.command}\``);
  for (const mode of ["single", "cluster", "threads", "hybrid", "libuv"]) {
    expect(text).toMatch(new RegExp(`^\\| ${mode} `, "m"));
  }
});

test("what is kept was measured whole, and names its command and machine", () => {
  expect(kept.stopped).toBeNull();
  const text = writeResults(kept);
  expect(text).toContain(kept.command);
  expect(text).toContain(kept.environment.cpu);
  for (const mode of ["bare", "tutorial", "single", "cluster", "threads"]) {
    expect(text).toMatch(new RegExp(`^\\| ${mode} `, "m"));
  }
});

/**
 * `npm run results [FILE]`: keeps a result of the bench (by default bench-results/bench.json) as
 * docs/bench.json, and writes it into README.md (in short) and docs/bench.md (in full).
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { BenchResult } from "../../compare/result/bench-result.ts";
import { writeResults, writeResultsSummary } from "./section.ts";

const [file = "bench-results/bench.json"] = process.argv.slice(2);
const result = JSON.parse(readFileSync(file, "utf8")) as BenchResult;
if (result.format !== "manycore-bench") throw new Error(`${file}: not a result of the bench`);

const root = new URL("../../../", import.meta.url);
writeFileSync(new URL("docs/bench.json", root), `${JSON.stringify(result)}\n`);
replaceSection("README.md", writeResultsSummary(result));
replaceSection("docs/bench.md", writeResults(result));
process.stdout.write(
  `README.md, docs/bench.md and docs/bench.json have the results of ${result.startedAt}.\n`,
);

/** Writes `content` between the two markers of a page. */
function replaceSection(path: string, content: string): void {
  const page = new URL(path, root);
  const section = /(<!-- results -->\n)[\s\S]*?(<!-- \/results -->)/;
  const text = readFileSync(page, "utf8");
  if (!section.test(text)) throw new Error(`${path}: no markers for the results`);
  writeFileSync(
    page,
    text.replace(section, (_all, open, close) => `${open}\n${content}\n\n${close}`),
  );
}

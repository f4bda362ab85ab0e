/**
 * `npm run results [FILE]`: keeps a result of the bench (by default bench-results/bench.json) as
 * docs/bench.json, and writes it into README.md (in short) and docs/bench.md (in full).
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { BenchResult } from "../../compare/result/bench-result.ts";
import { replaceSection } from "./markers.ts";
import { writeResults, writeResultsSummary } from "./section.ts";

const [file = "bench-results/bench.json"] = process.argv.slice(2);
const result = JSON.parse(readFileSync(file, "utf8")) as BenchResult;
if (result.format !== "manycore-bench") throw new Error(`${file}: not a result of the bench`);

const root = new URL("../../../", import.meta.url);
writeFileSync(new URL("docs/bench.json", root), `${JSON.stringify(result)}\n`);
replaceSection(new URL("README.md", root), "results", writeResultsSummary(result));
replaceSection(new URL("docs/bench.md", root), "results", writeResults(result));
process.stdout.write(
  `README.md, docs/bench.md and docs/bench.json have the results of ${result.startedAt}.\n`,
);

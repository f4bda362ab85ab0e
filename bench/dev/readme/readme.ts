/**
 * `npm run results [FILE]`: takes a result of the bench (bench-results/bench.json where none is
 * named) as the one that the README shows: keeps it as docs/bench.json, and writes the section.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { BenchResult } from "../../compare/result/bench-result.ts";
import { resultsSection } from "./section.ts";

const [file = "bench-results/bench.json"] = process.argv.slice(2);
const result = JSON.parse(readFileSync(file, "utf8")) as BenchResult;
if (result.format !== "manycore-bench") throw new Error(`${file}: not a result of the bench`);

const root = new URL("../../../", import.meta.url);
writeFileSync(new URL("docs/bench.json", root), `${JSON.stringify(result)}\n`);
const readme = new URL("README.md", root);
const section = /(<!-- results -->\n)[\s\S]*?(<!-- \/results -->)/;
const text = readFileSync(readme, "utf8");
writeFileSync(
  readme,
  text.replace(section, (_all, open, close) => `${open}\n${resultsSection(result)}\n\n${close}`),
);
process.stdout.write(`README.md and docs/bench.json have the results of ${result.startedAt}.\n`);

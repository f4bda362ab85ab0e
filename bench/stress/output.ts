import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { messageOf, UsageError } from "./failures.ts";
import { renderStressReport } from "./report.ts";
import type { StressResult } from "./result.ts";

const probeName = ".stress-writable";

/**
 * Makes the folder of `--out` before anything is measured.
 *
 * @throws UsageError where nothing can be written there
 */
export function prepareOutput(folder: string): void {
  try {
    makeFolder(resolve(folder));
    writeFileSync(join(folder, probeName), "");
    rmSync(join(folder, probeName));
  } catch (error) {
    throw new UsageError(
      `--out ${folder}: cannot be written to (${messageOf(error)}). Give a folder that can`,
    );
  }
}

/** The files that were written. */
export function writeOutput(folder: string, result: StressResult): readonly string[] {
  const json = join(folder, "stress.json");
  writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
  const html = join(folder, "stress.html");
  writeFileSync(html, renderStressReport(result));
  return [json, html];
}

/** Node's own recursive mkdir never returns where a parent is there and takes no folders (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { messageOf } from "../../src/errors.ts";
import { RunError, UsageError } from "./failures.ts";

const probeName = ".manycore-writable";

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

/**
 * Writes a result as NAME.json and NAME.html. The JSON comes first, so a fault in the report cannot
 * lose it.
 *
 * @returns each file's path as soon as it is written
 * @throws RunError that names the file which could not be written
 */
export function* writeOutput<Result>(
  folder: string,
  name: string,
  result: Result,
  render: (result: Result) => string,
): Generator<string> {
  const json = join(folder, `${name}.json`);
  write(json, `${JSON.stringify(result, null, 2)}\n`);
  yield json;
  const html = join(folder, `${name}.html`);
  write(html, render(result));
  yield html;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new RunError(
      `${file} could not be written (${messageOf(error)}). The result is on stdout`,
      { cause: error },
    );
  }
}

/** Node's recursive mkdir never returns if a parent exists and takes no folders (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

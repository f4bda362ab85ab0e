/**
 * `npm run advice -- [EXAMPLE...]`: runs the bench briefly for each example, and writes the mode
 * that it advises into the README of the example. Run it on a quiet machine. What it measured is in
 * `bench-results/advice/`.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { writeAsTyped } from "../../command/as-typed.ts";
import { exitCodes } from "../../command/ending.ts";
import { UsageError } from "../../command/failures.ts";
import { stopOnSignals } from "../../command/interruption.ts";
import { requireName } from "../../command/readers.ts";
import { forgetServerVariables } from "../../command/server-variables.ts";
import { runBench } from "../../compare/command.ts";
import type { BenchResult } from "../../compare/result/bench-result.ts";
import { LineProgress } from "../../compare/terminal/progress.ts";
import { replaceSection } from "../readme/markers.ts";
import { type Example, examples } from "./examples.ts";
import { NoAdvice, writeAdvice } from "./section.ts";

const root = new URL("../../../", import.meta.url);
const inputs = "bench-results/inputs";
const results = "bench-results/advice";
/** About 45 s for runs of 10 ms. */
const pace = ["--quick", "--only", "gain", "--rounds", "5"];
const { stderr } = process;

/** @returns the exit code */
async function advise({ folder, task, run, file, words }: Example, signal: AbortSignal) {
  const input = file === null ? [] : ["--input", `@${inputs}/${file.name}`];
  if (file !== null) await writeFile(`${inputs}/${file.name}`, await file.make());
  const tasks = ["--tasks", `./examples/${folder}/tasks.ts`, "--task", task];
  const argv = [...pace, ...tasks, ...input, ...words];
  let printed = "";
  const exitCode = await runBench([...argv, "--json", "--out", `${results}/${folder}`], {
    out: (text) => {
      printed += text;
    },
    err: (text) => stderr.write(text),
    createProgress: (totalMs) =>
      new LineProgress(stderr, totalMs, { now: () => performance.now() }),
    signal,
  });
  if (exitCode !== exitCodes.ok) return exitCode;
  return tell(folder, () =>
    writeAdvice(JSON.parse(printed) as BenchResult, run, writeAsTyped("bench", argv)),
  );
}

function tell(folder: string, write: () => string): number {
  try {
    replaceSection(new URL(`examples/${folder}/README.md`, root), "advice", write());
    process.stdout.write(`examples/${folder}/README.md has the advice.\n`);
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof NoAdvice)) throw error;
    stderr.write(`advice: ${folder} is left as it was: ${error.message}\n`);
    return exitCodes.failed;
  }
}

function choose(names: readonly string[]): readonly Example[] {
  const known = examples.map(({ folder }) => folder);
  const chosen = names.map((name) => requireName("example", name, known));
  return chosen.length === 0 ? examples : examples.filter(({ folder }) => chosen.includes(folder));
}

async function main(): Promise<number> {
  const { signal } = stopOnSignals();
  forgetServerVariables();
  process.chdir(root.pathname);
  for (const folder of [inputs, results]) await mkdir(folder, { recursive: true });
  let exitCode: number = exitCodes.ok;
  for (const example of choose(process.argv.slice(2))) {
    stderr.write(`${example.folder}\n`);
    exitCode = Math.max(exitCode, await advise(example, signal));
    if (signal.aborted) break;
  }
  return exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  stderr.write(`advice: ${error.message}\n`);
  process.exitCode = exitCodes.usage;
}

/** `npm run bench`, from the command line to the exit code. */
import { availableParallelism } from "node:os";
import { messageOf } from "../../src/errors.ts";
import { writeAsTyped } from "../command/as-typed.ts";
import { exitCodes, tellEnding } from "../command/ending.ts";
import { readEnvironment } from "../command/environment.ts";
import { UsageError } from "../command/failures.ts";
import { writeHelp } from "../command/help.ts";
import { findEnding } from "../command/interruption.ts";
import { prepareOutput, writeOutput } from "../command/output.ts";
import { aggregate } from "./aggregate/aggregate.ts";
import { benchCommand } from "./plan/command-line.ts";
import { estimateMs } from "./plan/estimate.ts";
import { type BenchOptions, readBenchOptions } from "./plan/options.ts";
import { makePlan } from "./plan/plan.ts";
import { BareCompute } from "./references/bare-compute.ts";
import { renderReport } from "./report/report.ts";
import type { BenchResult } from "./result/bench-result.ts";
import { createCollected } from "./result/collected.ts";
import { compare } from "./run/compare.ts";
import type { Progress } from "./run/progress.ts";
import { chooseInput, gaugeRunLengthMs, prepareWork } from "./run/work.ts";
import { writeResult } from "./terminal/final-table.ts";
import { tellBenchVerdict } from "./verdict/verdict.ts";

export interface BenchIo {
  /** Results. */
  readonly out: (text: string) => void;
  /** Messages. */
  readonly err: (text: string) => void;
  readonly createProgress: (totalMs: number) => Progress & { close(): void };
  /** Its reason is an `Interrupted`. */
  readonly signal: AbortSignal;
}

/** @returns the exit code */
export async function runBench(argv: readonly string[], io: BenchIo): Promise<number> {
  try {
    const options = readBenchOptions(argv);
    if (options === null) io.out(writeHelp(benchCommand));
    else await measureAndTell(argv, options, io);
    return exitCodes.ok;
  } catch (error) {
    return tellEnding(await findEnding(error, io.signal), benchCommand, io.err);
  }
}

/** @throws what ended the run early, after telling and writing what was measured */
async function measureAndTell(
  argv: readonly string[],
  options: BenchOptions,
  io: BenchIo,
): Promise<void> {
  prepareOutput(options.out);
  const { result, ending } = await measure(argv, options, io);
  if (ending !== null && result.variants.every(({ peak }) => peak === null)) {
    io.err(`Nothing was measured; ${options.out} is left as it was.\n`);
    throw ending;
  }
  io.out(options.json ? `${JSON.stringify(result)}\n` : writeResult(result));
  const files = writeOutput(options.out, "bench", result, renderReport);
  for (const file of files) io.err(`Written: ${file}\n`);
  if (ending !== null) throw ending;
}

/** @returns what was measured, and what ended it early: null where nothing did */
async function measure(argv: readonly string[], options: BenchOptions, io: BenchIo) {
  const environment = readEnvironment();
  const startedAt = new Date();
  const begun = performance.now();
  using compute = new BareCompute(options.cores ?? availableParallelism(), io.signal);
  const work = await prepare(compute, options);
  const plan = makePlan(options, {
    availableCores: availableParallelism(),
    native: work.native,
    runMs: await gaugeRunLengthMs(compute),
  });
  const totalMs = estimateMs(plan);
  const about = `${Math.round(totalMs / 1000)} s or so`;
  io.err(`${plan.variants.length} variants, ${about}; Ctrl-C ends it early.\n`);
  const collected = createCollected();
  const progress = io.createProgress(totalMs);
  const { signal } = io;
  const comparison = { plan, work, compute, progress, collected, signal };
  const failure = await compare({ ...comparison, taskFiles: options.taskFiles }).then(
    () => null,
    (error: unknown) => findEnding(error, signal),
  );
  progress.close();
  const { bareRunMs, ...measured } = aggregate(plan, collected);
  const unjudged = {
    format: "manycore-bench",
    formatVersion: 1,
    command: writeAsTyped("bench", argv),
    startedAt: startedAt.toISOString(),
    durationMs: performance.now() - begun,
    preset: plan.preset,
    stopped: failure === null ? null : { reason: messageOf(failure) },
    environment,
    work: { task: work.task, input: work.input, bareRunMs: bareRunMs ?? plan.runMs },
    ...measured,
  } as const;
  const result: BenchResult = { ...unjudged, verdict: tellBenchVerdict(unjudged) };
  return { result, ending: failure };
}

/** @throws UsageError where the task cannot run as asked */
async function prepare(compute: BareCompute, { task, input, taskFiles, modes }: BenchOptions) {
  const work = await prepareWork(compute, {
    task,
    input: chooseInput(task, input),
    files: taskFiles,
  });
  if (modes?.includes("libuv") && !work.native) {
    throw new UsageError(
      `--modes libuv: ${task} has no native form for this input, which libuv could run. Leave libuv out`,
    );
  }
  return work;
}

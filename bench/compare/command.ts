/** `npm run bench`, from the command line to the exit code. */
import { availableParallelism } from "node:os";
import { commandLine, typedHere } from "../command/command-line.ts";
import { readEnvironment } from "../command/environment.ts";
import { Interrupted, messageOf, UsageError } from "../command/failures.ts";
import { endingOf } from "../command/interruption.ts";
import { prepareOutput, writeOutput } from "../command/output.ts";
import { generator } from "../dev/questions/generator.ts";
import { jobs } from "../dev/questions/jobs.ts";
import { jobsLight } from "../dev/questions/jobs-light.ts";
import { jobsMillion } from "../dev/questions/jobs-million.ts";
import { jobsRecovery } from "../dev/questions/jobs-recovery.ts";
import { overhead } from "../dev/questions/overhead.ts";
import { overload } from "../dev/questions/overload.ts";
import type { Pace } from "../dev/questions/question.ts";
import { describeChecks, selfTest } from "../dev/self-test/self-test.ts";
import { aggregate } from "./aggregate/aggregate.ts";
import { estimateMs } from "./plan/estimate.ts";
import { type BenchOptions, readOptions } from "./plan/options.ts";
import { makePlan } from "./plan/plan.ts";
import { usageText } from "./plan/usage.ts";
import { BareCompute, ComputeRefused } from "./references/bare-compute.ts";
import { renderReport } from "./report/report.ts";
import type { BenchResult } from "./result/bench-result.ts";
import { emptyCollected } from "./result/collected.ts";
import { compare } from "./run/compare.ts";
import type { Progress } from "./run/progress.ts";
import { prepareWork, runLength, usualInput } from "./run/work.ts";
import { resultText } from "./terminal/final-table.ts";
import { verdictOf } from "./verdict/verdict.ts";

export interface BenchIo {
  /** Results. */
  readonly out: (text: string) => void;
  /** Messages. */
  readonly err: (text: string) => void;
  readonly createProgress: (totalMs: number) => Progress & { close(): void };
  /** Its reason is an `Interrupted`. */
  readonly signal: AbortSignal;
}

const scenarios = [overhead, overload, generator, jobs, jobsLight, jobsRecovery, jobsMillion];

const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** @returns the exit code */
export async function bench(argv: readonly string[], io: BenchIo): Promise<number> {
  try {
    const command = readOptions(argv);
    if (command.kind === "help") {
      io.out(usageText());
      return exitCodes.ok;
    }
    if (command.kind === "self-test") return await proveGenerator(io);
    const { options } = command;
    if (options.parts.length > 0) await measureAndTell(argv, options, io);
    await answerQuestions(options, io);
    return exitCodes.ok;
  } catch (error) {
    return tell(await endingOf(error, io.signal), io);
  }
}

async function proveGenerator(io: BenchIo): Promise<number> {
  const checks = await selfTest(io.signal);
  io.out(describeChecks(checks));
  return checks.every(({ passed }) => passed) ? exitCodes.ok : exitCodes.failed;
}

/** @throws what ended the run early, after what was measured has been told and written */
async function measureAndTell(
  argv: readonly string[],
  options: BenchOptions,
  io: BenchIo,
): Promise<void> {
  const environment = readEnvironment();
  const startedAt = new Date();
  const begun = performance.now();
  prepareOutput(options.out);
  using compute = new BareCompute(options.cores ?? availableParallelism(), io.signal);
  const work = await prepareWork(compute, {
    task: options.task,
    input: options.input === undefined ? usualInput(options.task) : options.input,
    files: options.taskFiles,
  });
  if (options.modes?.includes("libuv") && !work.native) {
    throw new UsageError(
      `--modes libuv: ${work.task} has no native form for this input, which libuv could run. Leave libuv out`,
    );
  }
  const plan = makePlan(options, {
    availableCores: availableParallelism(),
    native: work.native,
    runMs: await runLength(compute),
  });
  const estimate = estimateMs(plan);
  const then = options.questions.length === 0 ? "" : `, then ${options.questions.join(", ")}`;
  io.err(
    `${plan.variants.length} variants, ${seconds(estimate)} or so${then}; Ctrl-C ends it early.\n`,
  );
  const progress = io.createProgress(estimate);
  const collected = emptyCollected();
  const { signal } = io;
  const comparison = { plan, work, compute, progress, collected, signal };
  let ending: unknown = null;
  try {
    await compare({ ...comparison, taskFiles: options.taskFiles });
  } catch (error) {
    ending = await endingOf(error, signal);
  } finally {
    progress.close();
  }
  const { bareRunMs, ...measured } = aggregate(plan, collected);
  const unjudged = {
    format: "manycore-bench",
    formatVersion: 1,
    command: commandLine("bench", argv),
    startedAt: startedAt.toISOString(),
    durationMs: performance.now() - begun,
    preset: plan.preset,
    stopped: ending === null ? null : { reason: messageOf(ending) },
    environment,
    work: { task: work.task, input: work.input, bareRunMs: bareRunMs ?? plan.runMs },
    ...measured,
  } as const;
  const result: BenchResult = { ...unjudged, verdict: verdictOf(unjudged) };
  if (ending !== null && result.variants.every(({ peak }) => peak === null)) {
    io.err(`Nothing was measured; ${options.out} is left as it was.\n`);
    throw ending;
  }
  io.out(options.json ? `${JSON.stringify(result)}\n` : resultText(result));
  const files = writeOutput(options.out, "bench", result, renderReport);
  for (const file of files) io.err(`Written: ${file}\n`);
  if (ending !== null) throw ending;
}

async function answerQuestions(options: BenchOptions, io: BenchIo): Promise<void> {
  const lengths = { smoke: [1, 250], quick: [5, 500], default: [15, 1_000], full: [30, 1_000] };
  const [rounds = 1, cellMs = 1_000] = lengths[options.preset];
  const pace: Pace = {
    rounds: options.rounds ?? rounds,
    cellMs: options.cellMs ?? cellMs,
    signal: io.signal,
    onCell: (label) => io.err(`${label}\n`),
  };
  const caveats = [
    ...(options.preset === "smoke" ? ["(--smoke: too short for figures that mean much)\n"] : []),
    ...(options.task === "hash" ? [] : [`(with a load of its own, not with ${options.task})\n`]),
  ];
  for (const { name, asks, run } of scenarios) {
    if (!options.questions.some((question) => question === name)) continue;
    io.err(`${name}\n`);
    const text = `\n${name}: ${asks}\n\n${await run(pace)}\n${caveats.join("")}`;
    (options.json ? io.err : io.out)(text);
  }
}

/** One message, and the exit code. */
function tell(ending: unknown, io: BenchIo): number {
  if (ending instanceof Interrupted) {
    io.err(`bench: ${ending.message}\n`);
    return ending.exitCode;
  }
  io.err(`bench: ${messageOf(ending)}\n`);
  if (!(ending instanceof UsageError || ending instanceof ComputeRefused)) return exitCodes.failed;
  io.err(`Run ${typedHere("bench", "--help")} for all options.\n`);
  return exitCodes.usage;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

/** Measures what a plan says, from the task's preparation to the verdict. */
import { availableParallelism } from "node:os";
import { messageOf } from "../../src/errors.ts";
import { writeAsTyped } from "../command/as-typed.ts";
import { readEnvironment } from "../command/environment.ts";
import { UsageError } from "../command/failures.ts";
import { findEnding } from "../command/interruption.ts";
import { aggregate } from "./aggregate/aggregate.ts";
import { estimateMs } from "./plan/estimate.ts";
import type { BenchOptions } from "./plan/options.ts";
import { type BenchPlan, makePlan } from "./plan/plan.ts";
import { BareCompute } from "./references/bare-compute.ts";
import type { BenchResult } from "./result/bench-result.ts";
import { createCollected } from "./result/collected.ts";
import { compare } from "./run/compare.ts";
import type { Progress } from "./run/progress.ts";
import { chooseInput, gaugeRunLengthMs, prepareWork } from "./run/work.ts";
import { tellBenchVerdict } from "./verdict/verdict.ts";

export interface Measuring {
  /** Messages. */
  readonly err: (text: string) => void;
  readonly createProgress: (totalMs: number, plan: BenchPlan) => Progress & { close(): void };
  /** Its reason is an `Interrupted`. */
  readonly signal: AbortSignal;
  /** Leaves out some of what the plan would measure. */
  readonly narrow?: (plan: BenchPlan) => BenchPlan;
}

/** @returns what was measured, and what ended it early: null where nothing did */
export async function measureBench(
  argv: readonly string[],
  options: BenchOptions,
  io: Measuring,
): Promise<{ readonly result: BenchResult; readonly ending: unknown }> {
  const environment = readEnvironment();
  const startedAt = new Date();
  const begun = performance.now();
  using compute = new BareCompute(options.cores ?? availableParallelism(), io.signal);
  const work = await prepare(compute, options);
  const whole = makePlan(options, {
    availableCores: availableParallelism(),
    native: work.native,
    runMs: await gaugeRunLengthMs(compute),
  });
  const plan = io.narrow?.(whole) ?? whole;
  const totalMs = estimateMs(plan);
  const about = `${Math.round(totalMs / 1000)} s or so`;
  io.err(`${plan.variants.length} variants, ${about}; Ctrl-C ends it early.\n`);
  const collected = createCollected();
  const progress = io.createProgress(totalMs, plan);
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

/** The same load on some modes, in turn: the bench's comparison without its references. */
import { messageOf } from "../../src/errors.ts";
import type { ContrastEnd, ContrastEvent } from "../../src/telemetry/watch/contrast.ts";
import { exitCodes } from "../command/ending.ts";
import { findEnding } from "../command/interruption.ts";
import { measureBench } from "../compare/measure-bench.ts";
import { readBenchOptions } from "../compare/plan/options.ts";
import type { BenchPlan } from "../compare/plan/plan.ts";
import type { BenchResult, Variant, VariantResult } from "../compare/result/bench-result.ts";
import { ToldProgress } from "./told-progress.ts";

export interface ContrastIo {
  readonly tell: (event: ContrastEvent) => void;
  /** Messages. */
  readonly err: (text: string) => void;
  /** Ends it early. Its reason is an `Interrupted`. */
  readonly signal: AbortSignal;
}

/**
 * @param argv flags of `npm run bench`
 * @returns the exit code
 */
export async function runContrast(argv: readonly string[], io: ContrastIo): Promise<number> {
  try {
    const options = readBenchOptions(argv);
    if (options === null) return exitCodes.usage;
    const { task } = options;
    const { result } = await measureBench(argv, options, {
      err: io.err,
      signal: io.signal,
      narrow: leaveOutReferences,
      createProgress: (totalMs, plan) => new ToldProgress({ task, totalMs, plan, ...io }),
    });
    io.tell({ event: "end", data: describeEnd(result) });
    return exitCodes.ok;
  } catch (error) {
    const message = messageOf(await findEnding(error, io.signal));
    io.tell({ event: "failed", data: { message } });
    return exitCodes.failed;
  }
}

/** The bare computation stays: it shows the pace of the machine. */
function leaveOutReferences(plan: BenchPlan): BenchPlan {
  const isWanted = ({ kind, name }: Variant) => kind === "mode" || name === "bare";
  return { ...plan, variants: plan.variants.filter(isWanted) };
}

function describeEnd({ verdict, variants, stopped }: BenchResult): ContrastEnd {
  return {
    sentences: verdict,
    modes: variants.filter(({ kind }) => kind === "mode").map(describeMode),
    stopped: stopped?.reason ?? null,
  };
}

function describeMode({ name, peak, light, cpuPer1000, memory }: VariantResult) {
  return {
    mode: name,
    runsPerSecond: peak?.median ?? null,
    light: light && { p50: light.p50, p99: light.p99 },
    cpuMsPerRun: cpuPer1000?.median ?? null, // Seconds for 1000 runs.
    memoryBytes: memory?.bytes ?? null,
  };
}

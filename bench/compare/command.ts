/** `npm run bench`, from the command line to the exit code. */
import { exitCodes, tellEnding } from "../command/ending.ts";
import { writeHelp } from "../command/help.ts";
import { findEnding } from "../command/interruption.ts";
import { prepareOutput, writeOutput } from "../command/output.ts";
import { type Measuring, measureBench } from "./measure-bench.ts";
import { benchCommand } from "./plan/command-line.ts";
import { type BenchOptions, readBenchOptions } from "./plan/options.ts";
import { renderReport } from "./report/report.ts";
import type { BenchResult } from "./result/bench-result.ts";
import { sizeAndTell } from "./size/command.ts";
import { writeResult } from "./terminal/final-table.ts";

export interface BenchIo extends Measuring {
  /** Results. */
  readonly out: (text: string) => void;
}

/** @returns the exit code */
export async function runBench(argv: readonly string[], io: BenchIo): Promise<number> {
  try {
    const options = readBenchOptions(argv);
    if (options === null) io.out(writeHelp(benchCommand));
    else if (options.sizing !== null) {
      const measure = () => measureAndKeep(argv, options, io);
      await sizeAndTell(options, options.sizing, { ...io, measure });
    } else {
      const tell = (result: BenchResult) =>
        io.out(options.json ? `${JSON.stringify(result)}\n` : writeResult(result));
      await measureAndKeep(argv, options, io, tell);
    }
    return exitCodes.ok;
  } catch (error) {
    return tellEnding(await findEnding(error, io.signal), benchCommand, io.err);
  }
}

/** @throws what ended the run early, after telling and writing what was measured */
async function measureAndKeep(
  argv: readonly string[],
  options: BenchOptions,
  io: BenchIo,
  tell: (result: BenchResult) => void = () => {},
): Promise<BenchResult> {
  prepareOutput(options.out);
  const { result, ending } = await measureBench(argv, options, io);
  if (ending !== null && result.variants.every(({ peak }) => peak === null)) {
    io.err(`Nothing was measured; ${options.out} is left as it was.\n`);
    throw ending;
  }
  tell(result);
  const files = writeOutput(options.out, "bench", result, renderReport);
  for (const file of files) io.err(`Written: ${file}\n`);
  if (ending !== null) throw ending;
  return result;
}

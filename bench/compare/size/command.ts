/** `npm run bench -- --size-for`: finds a result or measures one, and tells the size. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BenchOptions } from "../plan/options.ts";
import type { SizingAsked } from "../plan/sizing-options.ts";
import { readResult, type SizedResult } from "./read-result.ts";
import { size } from "./size.ts";
import { writeSizing } from "./tell.ts";

export interface SizeIo {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Measures what the command line says, and keeps the result in `--out`. */
  readonly measure: () => Promise<SizedResult>;
}

/** @throws UsageError, RunError; what ended the measurement */
export async function sizeAndTell(
  options: BenchOptions,
  asked: SizingAsked,
  { out, err, measure }: SizeIo,
): Promise<void> {
  const earlier = findEarlier(options, asked);
  if (earlier === null) {
    const why = asked.measures
      ? "Measuring what the command line says.\n"
      : "There is no result of the bench to size from: measuring first.\n";
    err(why);
  }
  const result = earlier === null ? await measure() : readResult(earlier.file, earlier.named);
  if (earlier !== null) err(`Sized from ${earlier.file}.\n`);
  const sizing = size(result, asked, options);
  out(options.json ? `${JSON.stringify(sizing)}\n` : writeSizing(sizing));
}

function findEarlier({ out }: BenchOptions, { from, measures }: SizingAsked) {
  if (from !== null) return { file: from, named: `--from ${from}` };
  const file = join(out, "bench.json");
  return measures || !existsSync(file) ? null : { file, named: `--out ${out}` };
}

/**
 * The outcome of a run on its way to the worker that lent it. The output goes as JSON text; with bytes
 * as one run of bytes, because a channel sends one long field in pieces.
 */
import { isList, isNumber, isText } from "../../channel/checks.ts";
import type { RanAnswer } from "../../channel/hand-over.ts";
import { AppError } from "../../errors.ts";
import { type WriteResult, WrittenOutput, writeOutput } from "../../tasks/output/output.ts";
import type { RunLog } from "../../tasks/run-log.ts";
import type { Outcome, RunAccount, RunPlace } from "../run-request.ts";
import { type CrossingError, toCrossing } from "./crossing-error.ts";

/** How an output crosses. */
type CrossingOutput =
  | { readonly form: "json"; readonly text: string }
  /** JSON with bytes: texts and bytes in turn, in one run of bytes. */
  | { readonly form: "split"; readonly lengths: readonly number[]; readonly bytes: Uint8Array }
  | { readonly form: "bare"; readonly type: string; readonly bytes: Uint8Array }
  | { readonly form: "fault"; readonly fault: Extract<WriteResult, { fault: unknown }> };

export type CrossingOutcome = RanAnswer & {
  readonly kind: "ran";
  readonly cost: Omit<Outcome, "result" | "ranIn">;
  readonly ranIn: RunPlace;
  readonly log: RunLog | null;
} & CrossingOutput;

export type CrossingFailure = RanAnswer & {
  readonly kind: "failed";
  readonly queuedMs: number | null;
  readonly error: CrossingError;
  readonly log: RunLog | null;
};

export function toCrossingOutcome(
  { result, ...cost }: Outcome,
  ranIn: RunPlace,
  log: RunLog | null,
): CrossingOutcome {
  const written = result instanceof WrittenOutput ? result.written : writeOutput(result);
  return { kind: "ran", cost, ranIn, log, ...toCrossingOutput(written) };
}

export function toCrossingFailure(
  thrown: unknown,
  { queuedMs }: RunAccount,
  log: RunLog | null,
): CrossingFailure {
  return { kind: "failed", error: toCrossing(thrown), queuedMs, log };
}

/**
 * @param crossing unchecked: a task may forge it
 * @throws AppError `internal-error` where it cannot be read
 */
export function fromCrossingOutcome(crossing: CrossingOutcome): Outcome {
  const { cost, ranIn } = crossing;
  const { queuedMs, ranMs, cpuMs = null, thread = null, executor } = Object(cost) as Outcome;
  const written = fromCrossingOutput(crossing);
  const { worker, pid } = Object(ranIn) as RunPlace;
  const isRight = [queuedMs, ranMs, worker, pid].every(isNumber) && isText(executor);
  if (!written || !isRight) {
    throw new AppError("internal-error", "What another worker answered cannot be read.");
  }
  const result = new WrittenOutput(written);
  return { result, executor, queuedMs, ranMs, cpuMs, thread, ranIn: { worker, pid } };
}

/** How long the output is, roughly. */
export function outputBytesOf(crossing: CrossingOutput): number {
  if (crossing.form === "json") return crossing.text.length;
  return crossing.form === "fault" ? 0 : crossing.bytes.length;
}

function toCrossingOutput(written: WriteResult): CrossingOutput {
  if ("json" in written) return { form: "json", text: written.json };
  if ("fault" in written) return { form: "fault", fault: written };
  if ("bare" in written) return { form: "bare", type: written.type, bytes: written.bare };
  const parts = written.texts.flatMap((text, index) => {
    const bytes = written.bytes[index];
    return bytes ? [Buffer.from(text), bytes] : [Buffer.from(text)];
  });
  return { form: "split", lengths: parts.map(({ length }) => length), bytes: Buffer.concat(parts) };
}

function fromCrossingOutput(crossing: CrossingOutput): WriteResult | undefined {
  switch (crossing.form) {
    case "json":
      return isText(crossing.text) ? { json: crossing.text } : undefined;
    case "fault":
      return crossing.fault;
    case "bare": {
      const { bytes, type } = crossing;
      const isRight = bytes instanceof Uint8Array && isText(type);
      return isRight ? { bare: new Uint8Array(bytes), type } : undefined;
    }
    case "split":
      return crossing.bytes instanceof Uint8Array && isList(crossing.lengths)
        ? takeApart(crossing.lengths, crossing.bytes)
        : undefined;
  }
}

function takeApart(lengths: readonly number[], whole: Uint8Array): WriteResult {
  const texts: string[] = [];
  const bytes: Uint8Array[] = [];
  let at = 0;
  for (const [index, length] of lengths.entries()) {
    const part = whole.subarray(at, at + length);
    at += length;
    if (index % 2 === 0) texts.push(Buffer.from(part).toString());
    else bytes.push(part);
  }
  return { texts, bytes };
}

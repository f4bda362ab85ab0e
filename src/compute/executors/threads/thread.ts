/**
 * What runs inside a Piscina thread. A thread that had to be replaced should serve again in some
 * 40 ms, so this loads the bare functions of the built-in tasks without their schemas, and Piscina
 * itself only when there are bytes to move.
 */
import { parentPort, threadId, workerData } from "node:worker_threads";
import { type Fault, toFault } from "../../../errors.ts";
import { kernels } from "../../../tasks/builtin/kernels.ts";
import { loadTaskFile } from "../../../tasks/load.ts";
import { ownBytes } from "../../../tasks/output/given-away.ts";
import { type SplitJson, type WriteResult, writeOutput } from "../../../tasks/output/output.ts";
import { trackProgress } from "../../../tasks/progress.ts";
import type { RunContext } from "../../../tasks/task.ts";
import { printAtOnce } from "../../../telemetry/thread-streams.ts";
import type { Ran } from "../../executor.ts";
import { runMeasured } from "../measured.ts";

export interface ThreadData {
  /** Modules with the user's own tasks. */
  readonly taskFiles: readonly string[];
}

export interface ThreadRequest {
  readonly task: string;
  readonly input: unknown;
  /** The number under which its progress is told; null where nobody wants to know. */
  readonly told: number | null;
}

/** Posted while a run computes: its number and JSON text. */
export interface ThreadProgress {
  readonly told: number;
  readonly progress: string;
}

/**
 * A result comes as JSON text, which it is to become anyway: that spares the event loop a clone and
 * the writing. Its bytes come beside the text, moved. An error that the task threw crosses as
 * message and stack. `progress` is the last that the run said of itself.
 */
export type ThreadAnswer =
  | { readonly ran: Omit<Ran, "result">; readonly written: WriteResult; readonly progress?: string }
  | { readonly failure: Fault; readonly progress?: string };

type Kernel = (input: unknown, context: RunContext) => unknown;

printAtOnce();

const runs = new Map<string, Kernel>(Object.entries(kernels) as [string, Kernel][]);
for (const file of (workerData as ThreadData).taskFiles) {
  for (const task of await loadTaskFile(file)) runs.set(task.name, task.run);
}

/** Piscina calls this for each run; with no request it only tells that the thread is up. */
export async function answer(request: ThreadRequest | null): Promise<ThreadAnswer | undefined> {
  if (request === null) return undefined;
  const { task, input, told } = request;
  const run = runs.get(task);
  if (!run) throw new Error(`Thread ${threadId} does not know task ${task}`);
  // The answer has the last value, told or not: what was posted a moment before may come after it.
  let last: { readonly progress?: string } = {};
  let isOver = false;
  const tell = (progress: string) => {
    last = { progress };
    if (!isOver) parentPort?.postMessage({ told, progress });
  };
  const progress = trackProgress(told === null ? undefined : tell);
  try {
    const { result, ...cost } = await runMeasured(() => run(input, progress.context), true);
    isOver = true;
    progress.end();
    const ran = { ...cost, thread: threadId };
    const output = writeOutput(result);
    return "bytes" in output
      ? await moveBytes({ ran, written: output, ...last }, output)
      : { ran, written: output, ...last };
  } catch (error) {
    isOver = true;
    progress.endFailed();
    return { failure: toFault(error), ...last };
  }
}

/** The answer with its bytes in buffers of their own, which are moved. */
async function moveBytes(answer: ThreadAnswer, { texts, bytes }: SplitJson): Promise<ThreadAnswer> {
  const mine = ownBytes(bytes);
  const { move, transferableSymbol, valueSymbol } = await import("piscina");
  const transferable = {
    [transferableSymbol]: [...new Set(mine.map(({ buffer }) => buffer))],
    [valueSymbol]: { ...answer, written: { texts, bytes: mine } },
  };
  return move(transferable as never) as unknown as ThreadAnswer;
}

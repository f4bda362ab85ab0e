/**
 * The code of a Piscina thread. A replaced thread should serve again within 40 ms. So this loads
 * only the functions of the built-in tasks, without their schemas, and Piscina only when there are
 * bytes to move.
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
  /** Files with the user's tasks. */
  readonly taskFiles: readonly string[];
}

export interface ThreadRequest {
  readonly task: string;
  readonly input: unknown;
  /** The number for its progress messages; null if nobody wants them. */
  readonly told: number | null;
  /** Whether the caller wants `cpuMs`. */
  readonly isCpuAsked: boolean;
}

/** Posted while a run computes: the run's number, and its progress as JSON text. */
export interface ThreadProgress {
  readonly told: number;
  readonly progress: string;
}

/**
 * The result comes as JSON text, which the client gets anyway: the event loop neither clones nor
 * writes it. Its bytes come beside the text, moved. An error of the task comes as message and
 * stack. `progress` is the run's last.
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

/** Piscina calls this for each run. Without a request it only shows that the thread is up. */
export async function answer(request: ThreadRequest | null): Promise<ThreadAnswer | undefined> {
  if (request === null) return undefined;
  const { task, input, told, isCpuAsked } = request;
  const run = runs.get(task);
  if (!run) throw new Error(`Thread ${threadId} does not know task ${task}`);
  // The answer carries the last value: a message posted just before could arrive after the answer.
  let last: { readonly progress?: string } = {};
  let isOver = false;
  const tell = (progress: string) => {
    last = { progress };
    if (!isOver) parentPort?.postMessage({ told, progress });
  };
  const progress = trackProgress(told === null ? undefined : tell);
  try {
    const call = () => run(input, progress.context);
    const { result, ...cost } = await runMeasured(call, true, undefined, isCpuAsked);
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

/** Moves the answer's bytes, in buffers of their own. */
async function moveBytes(answer: ThreadAnswer, { texts, bytes }: SplitJson): Promise<ThreadAnswer> {
  const mine = ownBytes(bytes);
  const { move, transferableSymbol, valueSymbol } = await import("piscina");
  const transferable = {
    [transferableSymbol]: [...new Set(mine.map(({ buffer }) => buffer))],
    [valueSymbol]: { ...answer, written: { texts, bytes: mine } },
  };
  return move(transferable as never) as unknown as ThreadAnswer;
}

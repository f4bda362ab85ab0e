/**
 * What runs inside a Piscina thread. A thread that had to be replaced should serve again in some
 * 40 ms, so this loads the bare functions of the built-in tasks without their schemas, and Piscina
 * itself only when there are bytes to move.
 */
import { threadId, workerData } from "node:worker_threads";
import { messageOf } from "../errors.ts";
import { kernels } from "../tasks/kernels.ts";
import { loadTaskFile } from "../tasks/load.ts";
import type { Ran } from "./executor.ts";
import { measured } from "./measured.ts";
import { transferList } from "./transfer.ts";

export interface ThreadData {
  /** Modules with the user's own tasks. */
  readonly taskFiles: readonly string[];
}

export interface ThreadRequest {
  readonly task: string;
  readonly input: unknown;
}

/** An error that the task threw crosses to the worker's main thread as message and stack. */
export type ThreadAnswer =
  | { readonly ran: Ran }
  | { readonly failure: { readonly message: string; readonly stack: string | undefined } };

type Kernel = (input: unknown) => unknown;

const runs = new Map<string, Kernel>(Object.entries(kernels) as [string, Kernel][]);
for (const file of (workerData as ThreadData).taskFiles) {
  for (const task of await loadTaskFile(file)) runs.set(task.name, task.run);
}

/** Piscina calls this for each run; with no request it only tells that the thread is up. */
export async function answer(request: ThreadRequest | null): Promise<ThreadAnswer | undefined> {
  if (request === null) return undefined;
  const { task, input } = request;
  const run = runs.get(task);
  if (!run) throw new Error(`Thread ${threadId} does not know task ${task}`);
  try {
    const ran = { ...(await measured(() => run(input), true)), thread: threadId };
    return await moving({ ran }, transferList(ran.result));
  } catch (error) {
    const stack = error instanceof Error ? error.stack : undefined;
    return { failure: { message: messageOf(error), stack } };
  }
}

async function moving(answer: ThreadAnswer, buffers: ArrayBuffer[]): Promise<ThreadAnswer> {
  if (buffers.length === 0) return answer;
  const { move, transferableSymbol, valueSymbol } = await import("piscina");
  const transferable = { [transferableSymbol]: buffers, [valueSymbol]: answer };
  return move(transferable as never) as unknown as ThreadAnswer;
}

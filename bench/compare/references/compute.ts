/**
 * The bare computation, without HTTP: the physical limit of every mode. It runs a task's own
 * function for as long as its parent asks, and reports the number of runs and their CPU time.
 */

import { threadCpuMs } from "../../../src/compute/executors/thread-cpu.ts";
import { untold } from "../../../src/tasks/progress.ts";
import type { Task } from "../../../src/tasks/task.ts";
import { followParent } from "../../load/processes/follow-parent.ts";
import { chooseInputToSend, loadTask, requireChecked, runToText } from "./task.ts";

export type ComputeOrder =
  /** Makes a task ready, and runs it twice. */
  | {
      readonly kind: "prepare";
      readonly task: string;
      readonly input: unknown;
      readonly files: readonly string[];
    }
  | { readonly kind: "run"; readonly durationMs: number };

export interface Prepared {
  readonly kind: "prepared";
  /** The input to send to a server. */
  readonly input: unknown;
  /** The result as JSON; null where two runs gave different ones. */
  readonly result: string | null;
  /** Whether the task has a native form for this input. */
  readonly native: boolean;
}

export interface ComputeReport {
  readonly kind: "report";
  readonly runs: number;
  readonly elapsedMs: number;
  readonly cpuMs: number;
}

export type ComputeAnswer =
  | Prepared
  | ComputeReport
  | { readonly kind: "refused"; readonly message: string };

let ready: { readonly task: Task; readonly input: unknown } | null = null;

process.on("message", (order: ComputeOrder) => {
  const answer = order.kind === "prepare" ? prepare(order) : run(order.durationMs);
  answer
    .catch((error: Error): ComputeAnswer => ({ kind: "refused", message: error.message }))
    .then((message) => process.send?.(message));
});
followParent();

async function prepare(order: Extract<ComputeOrder, { kind: "prepare" }>): Promise<Prepared> {
  const task = await loadTask(order.task, order.files);
  const given = order.input === undefined ? task.example : order.input;
  const input = requireChecked(task, given);
  ready = { task, input };
  const toSend = chooseInputToSend(task, given, input); // before the task may change it
  const first = await runToText(task, input);
  const again = await runToText(task, input);
  return {
    kind: "prepared",
    input: toSend,
    result: again === first ? first : null,
    native: task.runAsync !== undefined && (task.hasAsyncForm?.(input) ?? true),
  };
}

async function run(durationMs: number): Promise<ComputeReport> {
  if (ready === null) throw new Error("No task was made ready");
  const { task, input } = ready;
  const startedAt = performance.now();
  const cpuMsAtStart = threadCpuMs();
  let runs = 0;
  do {
    const result = task.run(input, untold);
    if (result instanceof Promise) await result;
    runs += 1;
  } while (performance.now() - startedAt < durationMs);
  const cpuMs = threadCpuMs() - cpuMsAtStart;
  const elapsedMs = performance.now() - startedAt;
  return { kind: "report", runs, elapsedMs, cpuMs };
}

/**
 * The bare computation, without HTTP: the physical limit of every mode. It runs a task's own
 * function for as long as its parent asks, and reports the number of runs and their CPU time.
 */

import type { RunContext } from "../../../src/tasks/run-context.ts";
import type { Task } from "../../../src/tasks/task.ts";
import type { GivenInput } from "../../command/given-input.ts";
import type { BytesBody } from "../../command/task-post.ts";
import { expectBytes } from "../../load/generator/expect-bytes.ts";
import type { Expectation } from "../../load/generator/plan.ts";
import { followParent } from "../../load/processes/follow-parent.ts";
import { readGivenInput } from "./input.ts";
import { type Answer, loadTask, openTask, runToAnswer } from "./task.ts";

export type ComputeOrder =
  /** Makes a task ready, and runs it twice. */
  | {
      readonly kind: "prepare";
      readonly task: string;
      readonly input: GivenInput;
      readonly files: readonly string[];
    }
  | { readonly kind: "run"; readonly durationMs: number };

export interface Prepared {
  readonly kind: "prepared";
  /** The input to send to a server as JSON. Undefined for bytes. */
  readonly input: unknown;
  /** The bytes to send to a server. Null for JSON. */
  readonly body: BytesBody | null;
  readonly answer: ExpectedAnswer;
  /** Whether the task has a native form for this input. */
  readonly native: boolean;
}

export type ExpectedAnswer =
  /** The result as JSON; null where two runs gave different ones. */
  | { readonly kind: "json"; readonly result: string | null }
  /** Bytes of a type, and how many. */
  | { readonly kind: "bytes"; readonly expect: Expectation | undefined; readonly bytes: number };

export interface ComputeReport {
  readonly kind: "report";
  readonly runs: number;
  readonly elapsedMs: number;
  /** Of the whole process: a task may compute on other threads. */
  readonly cpuMs: number;
}

export type ComputeAnswer =
  | Prepared
  | ComputeReport
  | { readonly kind: "refused"; readonly message: string };

interface Ready {
  readonly task: Task;
  readonly context: RunContext<unknown>;
  /** The input of the next run. A run owns the bytes that it gets. */
  readonly makeInput: () => unknown;
}

let ready: Ready | null = null;

process.on("message", (order: ComputeOrder) => {
  const answer = order.kind === "prepare" ? prepare(order) : run(order.durationMs);
  answer
    .catch((error: Error): ComputeAnswer => ({ kind: "refused", message: error.message }))
    .then((message) => process.send?.(message));
});
followParent();

async function prepare(order: Extract<ComputeOrder, { kind: "prepare" }>): Promise<Prepared> {
  const task = await loadTask(order.task, order.files);
  const { checked, json: input, body } = readGivenInput(task, order.input);
  const context = await openTask(task);
  const makeInput = body === null ? () => checked : () => copyBytes(checked);
  ready = { task, context, makeInput };
  const native = task.runAsync !== undefined && (task.hasAsyncForm?.(makeInput()) ?? true);
  const first = await runToAnswer(task, makeInput(), context);
  const again = await runToAnswer(task, makeInput(), context);
  return { kind: "prepared", input, body, answer: findShared(first, again), native };
}

function findShared(first: Answer, again: Answer): ExpectedAnswer {
  if (typeof first === "string") return { kind: "json", result: first === again ? first : null };
  const expect = typeof again === "string" ? undefined : expectBytes(first, again);
  return { kind: "bytes", expect, bytes: first.data.length };
}

function copyBytes(input: unknown): unknown {
  const { data, ...rest } = input as { readonly data: Uint8Array };
  return { data: new Uint8Array(data), ...rest };
}

async function run(durationMs: number): Promise<ComputeReport> {
  if (ready === null) throw new Error("No task was made ready");
  const { task, context, makeInput } = ready;
  const startedAt = performance.now();
  const atStart = process.cpuUsage();
  let runs = 0;
  do {
    const result = task.run(makeInput(), context);
    if (result instanceof Promise) await result;
    runs += 1;
  } while (performance.now() - startedAt < durationMs);
  const { user, system } = process.cpuUsage(atStart);
  const elapsedMs = performance.now() - startedAt;
  return { kind: "report", runs, elapsedMs, cpuMs: (user + system) / 1_000 };
}

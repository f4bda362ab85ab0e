/** The answer to a run: JSON, or bytes. */
import type { Outcome } from "../compute/dispatcher.ts";
import type { BareBytes } from "../tasks/output/bare.ts";
import { freeBytes } from "../tasks/output/given-away.ts";
import { bareBytesOf, jsonOf, onlyBytesOf, WrittenOutput } from "../tasks/output/output.ts";
import type { Task } from "../tasks/task.ts";
import { chooseRepresentation, choosesBare, findRepresentation } from "./accept.ts";
import { answerJsonText } from "./json.ts";
import type { HttpContext, Services } from "./services.ts";

/** What the client accepts: undefined if neither, so that only bytes of their own type may please it. */
export type Form = "json" | "bin" | undefined;

/** Tasks whose outputs are JSON, as far as this worker has seen. */
const jsonTasks = new WeakSet<Task>();

/**
 * Called before the run, so that nothing is computed that the client does not accept. Which type the
 * bytes of an output have, only the run tells.
 *
 * @throws AppError `not-acceptable`
 */
export function chooseForm(ctx: HttpContext, task: Task): Form {
  if (jsonTasks.has(task)) return chooseRepresentation(ctx, "json", "bin");
  return findRepresentation(ctx, "json", "bin");
}

/**
 * Writes the answer. Bytes with a type (`bytes(data, type)`) are answered as they are. A client that
 * prefers bytes gets bytes, too, if the result has exactly one run of them. Otherwise it gets JSON,
 * which is better than nothing (RFC 9110, section 12.5.1).
 *
 * @throws AppError `task-failed`, `not-acceptable`
 */
export function answerOutcome(
  ctx: HttpContext,
  services: Services,
  task: Task,
  outcome: Outcome,
  form: Form,
): void {
  const { result, thread, executor, ranIn } = outcome;
  const queuedMs = rounded(outcome.queuedMs);
  const ranMs = rounded(outcome.ranMs);
  const cpuMs = outcome.cpuMs === null ? null : rounded(outcome.cpuMs);
  const cpu = cpuMs === null ? "" : `, cpu;dur=${cpuMs}`;
  ctx.set("Server-Timing", `queue;dur=${queuedMs}, run;dur=${ranMs}${cpu}`);
  const bare = bareBytesOf(task, result);
  if (bare && choosesBare(ctx, bare.type)) {
    answerBareBytes(ctx, bare.type, bare.bare);
    return;
  }
  if (!bare) requireForm(ctx, task, form);
  const only = !bare && form === "bin" ? onlyBytesOf(task, result) : undefined;
  if (only) {
    answerBytes(ctx, "application/octet-stream", only);
    return;
  }
  const run = { executor, ...services.identity, ...ranIn, thread, queuedMs, ranMs, cpuMs };
  const output = bare ? new WrittenOutput(bare) : result;
  const [head, json] = [describe(task, bare), jsonOf(task, output)];
  answerJsonText(ctx, `{${head},"result":${json},"run":${JSON.stringify(run)}}`);
}

/**
 * Answers with bytes of a task's own type, which may be that of JSON. So a header says that the answer
 * is the output, and not about it.
 */
export function answerBareBytes(ctx: HttpContext, type: string, bytes: Uint8Array): void {
  ctx.set("Task-Output", "bytes");
  answerBytes(ctx, type, bytes);
}

/** Answers with bytes as they are. Nobody else may use them: they are freed when they are sent. */
export function answerBytes(ctx: HttpContext, type: string, bytes: Uint8Array): void {
  ctx.set("Content-Type", type);
  // A page or a picture that a task made may have scripts of whoever sent the input.
  ctx.set("Content-Security-Policy", "sandbox");
  ctx.res.once("finish", () => freeBytes(bytes));
  ctx.body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The output is JSON. A client that accepts only other types should have been refused before. */
function requireForm(ctx: HttpContext, task: Task, form: Form): void {
  jsonTasks.add(task);
  if (form === undefined) chooseRepresentation(ctx, "json", "bin");
}

function describe(task: Task, bare: BareBytes | undefined): string {
  const type = bare ? `,"type":${JSON.stringify(bare.type)}` : "";
  return `"task":${JSON.stringify(task.name)}${type}`;
}

/** Rounds to microseconds, the resolution of the clocks behind these figures. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

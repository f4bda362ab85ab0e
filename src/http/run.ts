import type { Outcome } from "../compute/dispatcher.ts";
import { AppError } from "../errors.ts";
import { checkInput } from "../tasks/check/check.ts";
import { jsonOf, onlyBytesOf } from "../tasks/output/output.ts";
import type { Task } from "../tasks/task.ts";
import { chooseRepresentation } from "./accept.ts";
import { type AskedExecutor, chooseExecutor, requireExecutable } from "./choose-executor.ts";
import { abortWhenClientGone } from "./client-gone.ts";
import { answerJsonText } from "./json.ts";
import { readInput } from "./json-body.ts";
import { requireNoQuery } from "./query.ts";
import { submitInstead } from "./routes/jobs/submit-one.ts";
import type { HttpContext, Services } from "./services.ts";

/** A run as the client asks for it, unchecked. */
export interface AskedRun {
  readonly input: unknown;
  readonly executor: AskedExecutor;
}

/** Runs the task and answers with its result and what it cost. */
export async function answerWithRun(
  ctx: HttpContext,
  services: Services,
  task: Task,
  asked: AskedRun,
): Promise<void> {
  // Before the run, so that nothing is computed that the client does not accept.
  const representation = chooseRepresentation(ctx, "json", "bin");
  const executor = chooseExecutor(asked.executor, services);
  const input = checkInput(task, asked.input);
  requireExecutable(executor, task, input, services);
  const signal = abortWhenClientGone(ctx);
  const run = { task, input, executor, lane: "live", signal } as const;
  const outcome = await services.dispatcher.run(run);
  write(ctx, services, task, outcome, representation);
}

/** Runs the task on the body of a POST, or submits a job instead if the client prefers that. */
export async function answerPosted(
  ctx: HttpContext,
  services: Services,
  task: Task,
): Promise<void> {
  const readInput = () => readPosted(ctx, services, task);
  if (await submitInstead(ctx, services, task.name, readInput)) return;
  const { executor } = ctx.query;
  await answerWithRun(ctx, services, task, { input: await readInput(), executor });
}

/** Reads the input from the body of a POST. No body means an empty object: the task's defaults. */
async function readPosted(ctx: HttpContext, services: Services, task: Task): Promise<unknown> {
  requireNoQuery(ctx.query, "executor");
  const input = await readInput(ctx, services.bodyLimitBytes);
  if (input !== undefined) return input;
  requireDefaults(task);
  return {};
}

/** @throws AppError `invalid-input` if the task needs an input */
function requireDefaults(task: Task): void {
  try {
    checkInput(task, {});
  } catch (error) {
    if (!(error instanceof AppError) || error.type !== "invalid-input") throw error;
    const { errors = [], detail } = error;
    const said = `The request has no body. Send the input as JSON. ${detail}`;
    throw new AppError(error.type, said, { errors });
  }
}

/**
 * Writes the answer. A client that prefers bytes gets bytes if the result has exactly one run of them.
 * Otherwise it gets JSON, which is better than nothing (RFC 9110, section 12.5.1).
 */
function write(
  ctx: HttpContext,
  services: Services,
  task: Task,
  outcome: Outcome,
  representation: "json" | "bin",
): void {
  const { result, thread, executor } = outcome;
  const queuedMs = rounded(outcome.queuedMs);
  const ranMs = rounded(outcome.ranMs);
  const cpuMs = outcome.cpuMs === null ? null : rounded(outcome.cpuMs);
  const cpu = cpuMs === null ? "" : `, cpu;dur=${cpuMs}`;
  ctx.set("Server-Timing", `queue;dur=${queuedMs}, run;dur=${ranMs}${cpu}`);
  const bytes = representation === "bin" ? onlyBytesOf(task, result) : undefined;
  if (bytes) {
    ctx.type = "application/octet-stream";
    ctx.body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return;
  }
  const run = { executor, ...services.identity, thread, queuedMs, ranMs, cpuMs };
  const [name, json] = [JSON.stringify(task.name), jsonOf(task, result)];
  answerJsonText(ctx, `{"task":${name},"result":${json},"run":${JSON.stringify(run)}}`);
}

/** Rounds to microseconds, the resolution of the clocks behind these figures. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

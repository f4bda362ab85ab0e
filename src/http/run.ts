import { AppError } from "../errors.ts";
import { checkInput } from "../tasks/check/check.ts";
import type { Task } from "../tasks/task.ts";
import { answerOutcome, chooseForm } from "./answer-outcome.ts";
import { type AskedExecutor, chooseExecutor, requireExecutable } from "./choose-executor.ts";
import { abortWhenClientGone } from "./client-gone.ts";
import { clientOf } from "./client-key.ts";
import { readInput } from "./json-body.ts";
import { requireNoQuery } from "./query.ts";
import { submitInstead } from "./routes/jobs/submit-one.ts";
import { LiveLog } from "./run-log.ts";
import type { HttpContext, Services } from "./services.ts";

/** A run as the client asks for it, unchecked. */
export interface AskedRun {
  readonly input: unknown;
  /** The length of the input as JSON text, roughly; left out where it is not known, and for bytes. */
  readonly inputBytes?: number | undefined;
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
  const form = chooseForm(ctx, task);
  const chosen = chooseExecutor(asked.executor, task, services);
  const input = checkInput(task, asked.input);
  const isAsked = asked.executor !== undefined;
  const executor = requireExecutable(chosen, { isAsked }, task, input, services);
  const signal = abortWhenClientGone(ctx);
  const said = new LiveLog();
  const { listener } = said;
  const { timeoutMs: runTimeoutMs } = task;
  const client = () => clientOf(ctx.req, services.clientAddress);
  const of = { task, input, executor, lane: "live", signal, listener, client } as const;
  const { inputBytes: bytes } = asked;
  const mayRepeat = ctx.method !== "POST"; // GET and HEAD are safe: RFC 9110, section 9.2.1.
  const sent = bytes === undefined ? undefined : { input: asked.input, bytes, mayRepeat };
  const run = { ...of, sent, ...(runTimeoutMs !== undefined && { runTimeoutMs }) };
  const running = services.dispatcher.run(run);
  const outcome = await running.finally(() => said.write(ctx, services, task));
  answerOutcome(ctx, services, task, outcome, form);
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
  const inputBytes = sentBytesOf(ctx);
  await answerWithRun(ctx, services, task, { input: await readInput(), inputBytes, executor });
}

/** Undefined where only reading tells. */
function sentBytesOf({ request }: HttpContext): number | undefined {
  return request.get("Content-Encoding") === "" ? request.length : undefined;
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

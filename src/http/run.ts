import type { Outcome } from "../compute/dispatcher.ts";
import type { Executor } from "../compute/executor.ts";
import { type ExecutorName, executorNames } from "../config/config.ts";
import { AppError } from "../errors.ts";
import { checkInput } from "../tasks/check/check.ts";
import { jsonOf, onlyBytesOf } from "../tasks/output/output.ts";
import type { Task } from "../tasks/task.ts";
import { chooseRepresentation } from "./accept.ts";
import { abortWhenClientGone } from "./client-gone.ts";
import { answerJsonText } from "./json.ts";
import { readInput } from "./json-body.ts";
import { submitInstead } from "./routes/jobs/submit-one.ts";
import type { HttpContext, Services } from "./services.ts";

/** What the client sent, unchecked. */
export interface Asked {
  readonly input: unknown;
  /** Of the query parameter; undefined where there was none. */
  readonly executor: string | readonly string[] | undefined;
}

/** Runs `task` on what the client sent and answers with the result and what it cost. */
export async function answerWithRun(
  ctx: HttpContext,
  services: Services,
  task: Task,
  asked: Asked,
): Promise<void> {
  // Before the run: to compute what the client will not take would be a waste.
  const representation = chooseRepresentation(ctx, "json", "bin");
  const executor = chosenExecutor(asked.executor, services);
  const input = checkInput(task, asked.input);
  const refusal = executor.refusal(task, input);
  if (refusal) throw unavailable(`${refusal} Ask for ${alternatives(services, executor.name)}.`);
  const signal = abortWhenClientGone(ctx);
  const run = { task, input, executor, lane: "live", signal } as const;
  const outcome = await services.dispatcher.run(run);
  write(ctx, services, task, outcome, representation);
}

/** Runs `task` on the body of a POST; or makes a job of it, where the client prefers that. */
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

/**
 * Reads the input that a POST carries in its body; no body is an empty object, for the task to fill
 * with its defaults. Of the query only the executor is read: any other parameter is in the wrong
 * place, and refused.
 */
async function readPosted(ctx: HttpContext, services: Services, task: Task): Promise<unknown> {
  const strays = Object.keys(ctx.query).filter((name) => name !== "executor");
  if (strays.length > 0) {
    const errors = strays.map((name) => ({ path: `/${name}`, message: "put it into the body" }));
    const detail = `Query parameters are not read on POST: ${strays.join(", ")}. Put them into the JSON body.`;
    throw new AppError("invalid-input", detail, { errors });
  }
  const input = await readInput(ctx, services.bodyLimitBytes);
  if (input !== undefined) return input;
  requireDefaults(task);
  return {};
}

/** @throws AppError `invalid-input` where the task needs an input */
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
 * @throws AppError `invalid-input` for a name that is no executor, `executor-unavailable` for one
 *   that this server does not have
 */
function chosenExecutor(named: Asked["executor"], services: Services): Executor {
  const asked = named ?? services.defaultExecutor;
  if (!executorNames.includes(asked as ExecutorName)) {
    const message = `give one of ${executorNames.join(", ")}, and only once`;
    const detail = `The query parameter "executor" is not valid: ${message}.`;
    throw new AppError("invalid-input", detail, { errors: [{ path: "/executor", message }] });
  }
  const executor = services.executors.get(asked as ExecutorName);
  if (executor) return executor;
  const flags = "--mode threads, or --executor inline with --threads N";
  const detail = `This server has no Piscina threads. Start it with ${flags}.`;
  throw unavailable(`${detail} Or ask for ${alternatives(services, asked as ExecutorName)}.`);
}

/** The executors that this server has beside the one that will not do. */
function alternatives({ executors }: Services, refused: ExecutorName): string {
  const others = [...executors.keys()].filter((name) => name !== refused);
  return others.map((name) => `?executor=${name}`).join(" or ");
}

function unavailable(detail: string): AppError {
  return new AppError("executor-unavailable", detail);
}

/**
 * Bare bytes go to who likes them best, where the result has one run of bytes. Whatever else was
 * computed for such a client is JSON: better than nothing (RFC 9110, section 12.5.1).
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

/** Microseconds are as fine as the clocks behind these figures are. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

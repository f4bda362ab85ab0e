import type { AppError } from "../errors.ts";
import { nameProblem } from "../problems.ts";
import type { HttpContext } from "./services.ts";

export const problemMediaType = "application/problem+json";

/** Answers with an error as a problem (RFC 9457). */
export function answerProblem(ctx: HttpContext, error: AppError, exposesErrors: boolean): void {
  ctx.state.problem = error.type;
  ctx.status = error.status;
  ctx.set(error.headers);
  ctx.set("Content-Type", problemMediaType);
  ctx.body = `${writeProblem(error, ctx.state.requestId, exposesErrors)}\n`;
}

/**
 * The JSON text of a problem. It has no `instance`: the request's id names this occurrence, and the
 * log has it too.
 *
 * @param exposesErrors whether clients may see the messages of all errors (`--expose-errors`)
 */
export function writeProblem(error: AppError, requestId?: string, exposesErrors = false): string {
  const { type, title, status, code, errors } = error;
  const detail = error.detailFor(exposesErrors, `request ${requestId}`);
  const problem = { type: nameProblem(type), title, status, detail, code, errors, requestId };
  return JSON.stringify(problem);
}

/** The JSON text of the least problem. An answer to many jobs can hold thousands. */
export function writeBriefProblem({ type, status }: AppError): string {
  return JSON.stringify({ type: nameProblem(type), status });
}

import { type AppError, isProblemType, problems } from "../errors.ts";
import type { HttpContext } from "./services.ts";

export const problemMediaType = "application/problem+json";

/** Answers with an error as a problem (RFC 9457). */
export function answerProblem(ctx: HttpContext, error: AppError): void {
  ctx.status = error.status;
  ctx.set(error.headers);
  ctx.set("Content-Type", problemMediaType);
  ctx.body = `${writeProblem(error, ctx.state.requestId)}\n`;
}

/**
 * The JSON text of a problem. It has no `instance`: the request's id names this occurrence, and the
 * log has it too.
 */
export function writeProblem(error: AppError, requestId?: string): string {
  const { type, title, status, detail, errors } = error;
  return JSON.stringify({ type: nameProblem(type), title, status, detail, errors, requestId });
}

/** The JSON text of the least problem. An answer to a batch can hold thousands. */
export function writeBriefProblem({ type, status }: AppError): string {
  return JSON.stringify({ type: nameProblem(type), status });
}

/** The problem of a job that ended badly. A newer server may have stored a type unknown to this one. */
export function describeJobProblem(type: string, detail: string) {
  const title = isProblemType(type) ? problems[type].title : type;
  return { type: nameProblem(type), title, detail };
}

/** Names a problem by a reference relative to this server (RFC 9457, section 3.1.1). It can be opened. */
export function nameProblem(type: string): string {
  return `/problems/${type}`;
}

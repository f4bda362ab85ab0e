import { AppError, type FieldError } from "../errors.ts";
import { nameProblem } from "../problems.ts";

/** An error that a client may see: what manycore itself answers with. */
export interface Problem extends Error {
  readonly status: number;
  /** Stable, such as `invalid-input`. */
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  /** For the answer, such as Retry-After. */
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;
  /** What the task calls its error (`TaskError`). */
  readonly code: string | undefined;
}

/** Whether an error of `compute.run` is for the client. Others are faults of your own program. */
export function isProblem(error: unknown): error is Problem {
  return error instanceof AppError;
}

/** The body of an answer: `application/problem+json` (RFC 9457). */
export function problemOf({ type, title, status, detail, code, errors }: Problem) {
  const more = { ...(code !== undefined && { code }), ...(errors && { errors }) };
  return { type: nameProblem(type), title, status, detail, ...more };
}

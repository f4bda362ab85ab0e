import { AppError, messageOf, type ProblemType } from "../../errors.ts";

/** An AppError on its way to another thread or process. */
export interface Refusal {
  readonly type: ProblemType;
  readonly detail: string;
  /** Of the invalid field, where there is one. */
  readonly path?: string;
}

/** What is no AppError is the file's: SQLite's, or the disk's. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof AppError) {
    const path = error.errors?.[0]?.path;
    return { type: error.type, detail: error.detail, ...(path !== undefined && { path }) };
  }
  const detail = `The queue's file cannot be read (${messageOf(error)}). Try again later.`;
  return { type: "queue-unavailable", detail };
}

export function errorOf({ type, detail, path }: Refusal): AppError {
  const errors = path === undefined ? undefined : [{ path, message: detail }];
  return new AppError(type, detail, errors && { errors });
}

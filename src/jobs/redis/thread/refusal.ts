import { AppError, messageOf } from "../../../errors.ts";

/** What answers a command that has failed. */
export function refusalOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const detail = `The queue in Redis cannot be reached (${messageOf(error)}). Try again later, with the same Idempotency-Key.`;
  return new AppError("queue-unavailable", detail);
}

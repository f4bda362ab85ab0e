/** What a run failed with, on its way to another worker. */
import { isObject, isText, isTextOrNull } from "../../channel/checks.ts";
import { fromRefusal, type Refusal, toRefusal } from "../../channel/refusal.ts";
import { AppError, messageOf } from "../../errors.ts";
import { restoreTaskError, type TaskFault, toTaskFault } from "../../tasks/decision.ts";

/** An AppError with all that the log and the client may get of it. As JSON. */
export interface CrossingError {
  readonly refusal: Refusal;
  /** Null where it is the detail. */
  readonly logged: string | null;
  readonly code: string | null;
  readonly cause: TaskFault | null;
}

export function toCrossing(thrown: unknown): CrossingError {
  if (!(thrown instanceof AppError)) {
    const detail = `The server made a mistake: ${messageOf(thrown)}`;
    const refusal = {
      type: "internal-error",
      detail: "The server's log has the details.",
    } as const;
    return { refusal, logged: detail, code: null, cause: toTaskFault(thrown) };
  }
  const { detail, loggedDetail, code = null, cause } = thrown;
  return {
    refusal: toRefusal(thrown),
    logged: loggedDetail === detail ? null : loggedDetail,
    code,
    cause: cause === undefined ? null : toTaskFault(cause),
  };
}

/** @param crossing unchecked: a task may forge it */
export function fromCrossing(crossing: unknown): AppError {
  if (!isObject<Partial<CrossingError>>(crossing)) return fromRefusal(undefined);
  const { refusal, logged, code, cause } = crossing;
  const { type, detail, errors, headers } = fromRefusal(refusal);
  return new AppError(type, detail, {
    headers,
    ...(errors && { errors }),
    ...(isText(logged) && { logged }),
    ...(isText(code) && { code }),
    ...(isFault(cause) && { cause: restoreTaskError(cause) }),
  });
}

function isFault(value: unknown): value is TaskFault {
  return (
    isObject<Partial<TaskFault>>(value) &&
    isText(value.message) &&
    isTextOrNull(value.stack ?? null)
  );
}

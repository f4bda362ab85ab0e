/** The errors that a task throws for its clients to read. */
import { type Decision, requireMessage, requireMs, typeOf, withDecision } from "./decision.ts";
import { jsonPointer } from "./json-pointer.ts";

/** Longer codes are refused. */
const mostCodeCharacters = 100;

/**
 * The input is not valid, for a reason that the task's schema cannot tell. A live run answers 422
 * `invalid-input`, as if the schema had refused it. A job fails for good.
 *
 * `throw new InputError("it is no PNG", "/image")`
 */
export class InputError extends Error {
  override readonly name = "InputError";
  /** A JSON Pointer (RFC 6901); "" for the whole input. */
  readonly path: string;

  /**
   * @param path the wrong field: a JSON Pointer ("/size/width"), or the keys on the way to it
   * @throws TypeError for other arguments
   */
  constructor(message: string, path: string | readonly PropertyKey[] = "", options?: ErrorOptions) {
    super(message, options);
    requireMessage(message, "InputError(message, path)");
    this.path = typeof path === "string" ? path : jsonPointer(path);
    if (!/^(\/|$)/.test(this.path)) {
      const wanted = 'a JSON Pointer such as "/width", or an array of keys';
      throw new TypeError(`InputError(message, path): path must be ${wanted}, not "${path}"`);
    }
    withDecision(this, { kind: "refuse-input", path: this.path });
  }
}

export interface TaskErrorOptions extends ErrorOptions {
  /** A name of the error for programs. It is the member `code` of the problem. */
  readonly code?: string;
  /**
   * Of its job: `false` fails it at once, as `noRetry` does; `{ afterMs }` tries it again after this
   * pause, as `retryAfter` does. If left out, it is tried again after its back-off.
   */
  readonly retry?: false | { readonly afterMs: number };
}

/**
 * The task failed, and clients may know why: the message is for them. Of any other error only the
 * server's log has the message.
 *
 * `throw new TaskError("the model is being replaced", { code: "no-model", retry: { afterMs: 5000 } })`
 */
export class TaskError extends Error {
  override readonly name = "TaskError";
  readonly code: string | undefined;

  /** @throws TypeError, RangeError for other arguments */
  constructor(message: string, options: TaskErrorOptions = {}) {
    const { code, retry, ...rest } = options;
    super(message, rest);
    requireMessage(message, "TaskError(message, options)");
    requireCode(code);
    this.code = code;
    withDecision(this, decisionFor(retry, code));
  }
}

function decisionFor(retry: unknown, code: string | undefined): Decision {
  const named = code === undefined ? {} : { code };
  if (retry === undefined) return { kind: "fail", ...named };
  if (retry === false) return { kind: "no-retry", ...named };
  const { afterMs } = Object(retry) as { readonly afterMs?: number };
  if (afterMs === undefined) {
    const wanted = "must be false or { afterMs }, or left out";
    throw new TypeError(`TaskError(message, options): retry ${wanted}, not ${typeOf(retry)}`);
  }
  const ms = requireMs(afterMs, 0, "TaskError(message, options)", "retry.afterMs");
  return { kind: "retry-after", ms, ...named };
}

function requireCode(code: unknown): void {
  if (code === undefined) return;
  if (typeof code === "string" && code !== "" && code.length <= mostCodeCharacters) return;
  const wanted = `a text of 1 to ${mostCodeCharacters} characters, or left out`;
  throw new TypeError(`TaskError(message, options): code must be ${wanted}`);
}

/**
 * Every problem that clients can get: status and title by type (RFC 9457). Types are stable, so
 * clients may branch on them. The detail says what happened and what to do.
 */
export const problems = {
  "malformed-request": { status: 400, title: "The request could not be read" },
  "not-found": { status: 404, title: "There is nothing here" },
  "method-not-allowed": { status: 405, title: "This method is not allowed here" },
  "not-acceptable": { status: 406, title: "No representation that the client accepts" },
  "request-timeout": { status: 408, title: "The request did not arrive in time" },
  "executor-unavailable": { status: 409, title: "This executor cannot take this run" },
  "job-ended": { status: 409, title: "The job has ended already" },
  "job-not-done": { status: 409, title: "The job has no result yet" },
  "job-failed": { status: 409, title: "The job failed and has no result" },
  "job-cancelled": { status: 409, title: "The job was cancelled and has no result" },
  "job-gone": { status: 410, title: "The job was removed" },
  "body-too-large": { status: 413, title: "The request body is too large" },
  "unsupported-media-type": { status: 415, title: "The request body is of the wrong type" },
  "expectation-failed": { status: 417, title: "The server cannot do what is expected" },
  "invalid-input": { status: 422, title: "The input is not valid" },
  "key-conflict": { status: 422, title: "The Idempotency-Key was used for something else" },
  "header-too-large": { status: 431, title: "The request header is too large" },
  "task-failed": { status: 500, title: "The task failed" },
  "run-crashed": { status: 500, title: "The run ended its thread" },
  "result-too-large": { status: 500, title: "The result is too large to be kept" },
  "worker-lost": { status: 500, title: "The worker ended during the run" },
  "internal-error": { status: 500, title: "The server made a mistake" },
  "not-implemented": { status: 501, title: "This method is not known" },
  "jobs-off": { status: 501, title: "This server takes no jobs" },
  overloaded: { status: 503, title: "The server is overloaded" },
  "queue-timeout": { status: 503, title: "The run waited too long" },
  "queue-unavailable": { status: 503, title: "The queue cannot be written" },
  draining: { status: 503, title: "The server is stopping" },
  "run-timeout": { status: 504, title: "The run took too long" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemType = keyof typeof problems;

export function isProblemType(type: string): type is ProblemType {
  return Object.hasOwn(problems, type);
}

/**
 * One invalid field: its JSON Pointer (RFC 6901, such as `/rounds/0`; "" for the whole) and the
 * fault.
 */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** Response headers, such as Retry-After (seconds) or Allow. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldError[];
}

/** A longer detail is cut: it may quote a task's error, or what a client sent. */
const mostDetail = 4000;

/** The same limit for the path and the message of an invalid field. */
const mostFieldText = 1000;

/**
 * An error that a client may see as it is: its detail has no secrets, no stack, and a bounded
 * length. The cause keeps what was cut.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly type: ProblemType;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;
  /**
   * Only the constructor adds it. A Proxy, or an object that looks like an AppError, does not have
   * it.
   */
  readonly #made = true;

  constructor(type: ProblemType, detail: string, options: AppErrorOptions = {}) {
    super(shorten(detail, mostDetail), { cause: options.cause });
    this.type = type;
    this.headers = options.headers ?? {};
    this.errors = options.errors?.map(({ path, message }) => ({
      path: shorten(path, mostFieldText),
      message: shorten(message, mostFieldText),
    }));
  }

  /** Used by `instanceof`. The default reads the prototype, which a thrown Proxy may make throw. */
  static override [Symbol.hasInstance](value: unknown): value is AppError {
    return typeof value === "object" && value !== null && #made in value;
  }

  get status(): number {
    return problems[this.type].status;
  }

  /** Koa answers with this status, and assigns it again. */
  set status(_: number) {}

  /** Koa shows the message of an error whose `expose` is true. */
  get expose(): boolean {
    return true;
  }

  get title(): string {
    return problems[this.type].title;
  }

  get detail(): string {
    return this.message;
  }
}

/** At most `most` characters of a text, and a note of how many are missing. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most).replace(/[\ud800-\udbff]$/, ""); // No half of a surrogate pair.
  return `${kept}… (${text.length - kept.length} more characters)`;
}

/**
 * A property of anything that was thrown; undefined if there is none, or if a getter or a Proxy
 * throws.
 */
export function propertyOf(thrown: unknown, name: string): unknown {
  try {
    return (thrown as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

/**
 * A run that should have ended long ago and goes on: only the end of its process ends it. Its
 * caller gets the reason.
 */
export class UnendedRun extends Error {
  override readonly name = "UnendedRun";
  readonly reason: AppError;

  constructor(reason: AppError) {
    super(reason.message);
    this.reason = reason;
  }
}

/** The message of anything that was thrown, an Error or not. Never throws. */
export function messageOf(thrown: unknown): string {
  const isObject = typeof thrown === "object" && thrown !== null;
  const message = isObject ? propertyOf(thrown, "message") : undefined;
  if (typeof message === "string") return message;
  try {
    return String(thrown);
  } catch {
    return "something that is no Error and has no text";
  }
}

/** The stack of anything that was thrown; undefined if it has none that can be read. */
export function stackOf(thrown: unknown): string | undefined {
  const stack = propertyOf(thrown, "stack");
  return typeof stack === "string" ? stack : undefined;
}

/** What is kept of anything thrown on its way to another thread. */
export interface Fault {
  readonly message: string;
  readonly stack: string | undefined;
}

export function toFault(thrown: unknown): Fault {
  return { message: messageOf(thrown), stack: stackOf(thrown) };
}

/** The error of a fault, as far as it was kept. */
export function restoreError({ message, stack }: Fault): Error {
  const error = new Error(message);
  if (stack) error.stack = stack;
  return error;
}

/**
 * Every problem that manycore tells a client about: status and title by type (RFC 9457).
 * The type is stable, clients may switch on it; the detail says what happened and what to do.
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

/** One invalid field: where it is (`/rounds/0` as RFC 6901 has it, "" for the whole) and why. */
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

/** A detail of more characters is cut: it may quote an error of a task, or what a client sent. */
const mostDetail = 4000;

/** The same for the path and the message of one invalid field. */
const mostFieldText = 1000;

/**
 * An error that may be shown to the client as it is: its detail holds no secret and no stack, and has
 * a bounded length. The cause keeps what was cut.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly type: ProblemType;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;
  /** What the constructor made has it. A Proxy has not, nor has what only looks like an AppError. */
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

  /** `instanceof` asks this. The default asks the prototype, which a thrown Proxy may make throw. */
  static override [Symbol.hasInstance](value: unknown): value is AppError {
    return typeof value === "object" && value !== null && #made in value;
  }

  get status(): number {
    return problems[this.type].status;
  }

  /** Koa assigns the status that it answers with, which it has from here. */
  set status(_: number) {}

  /** Koa sends the message of an error that says so. */
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

/** At most so many characters of a text, and a note of how many were left out. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most).replace(/[\ud800-\udbff]$/, ""); // No half of a pair.
  return `${kept}… (${text.length - kept.length} more characters)`;
}

/**
 * A property of anything that was thrown. A getter or a Proxy may throw in its turn; then, and of what
 * has no properties, it is undefined.
 */
export function propertyOf(thrown: unknown, name: string): unknown {
  try {
    return (thrown as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

/**
 * A run that goes on although it should have ended long ago: nothing but the end of its process
 * ends it. Whoever waited for it is told why.
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

/** The stack of anything that was thrown; undefined where it has none that can be read. */
export function stackOf(thrown: unknown): string | undefined {
  const stack = propertyOf(thrown, "stack");
  return typeof stack === "string" ? stack : undefined;
}

/** What is kept of whatever was thrown on its way to another thread. */
export interface Fault {
  readonly message: string;
  readonly stack: string | undefined;
}

export function toFault(thrown: unknown): Fault {
  return { message: messageOf(thrown), stack: stackOf(thrown) };
}

/** The error that a fault was, as far as it was kept. */
export function restoreError({ message, stack }: Fault): Error {
  const error = new Error(message);
  if (stack) error.stack = stack;
  return error;
}

import { type ProblemType, problems } from "./problems.ts";

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
  /** What a task calls its error, for programs. */
  readonly code?: string | undefined;
  /**
   * The detail with the message of somebody's error, which may have paths and secrets. It is for the
   * log, and for clients of a server with `--expose-errors` only.
   */
  readonly logged?: string;
}

/** A longer detail is cut: it may quote a task's error, or what a client sent. */
const mostDetail = 4000;

/** The same limit for the path and the message of an invalid field. */
const mostFieldText = 1000;

/**
 * An error that a client may see: its detail has no secrets, no stack, and a bounded length. The
 * cause keeps what was cut.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly type: ProblemType;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;
  readonly code: string | undefined;
  readonly #logged: string | undefined;
  /**
   * Only the constructor adds it. A Proxy, or an object that looks like an AppError, does not have
   * it.
   */
  readonly #made = true;

  constructor(type: ProblemType, detail: string, options: AppErrorOptions = {}) {
    super(shorten(detail, mostDetail), { cause: options.cause });
    this.type = type;
    this.headers = options.headers ?? {};
    this.code = options.code;
    this.#logged = options.logged === undefined ? undefined : shorten(options.logged, mostDetail);
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

  /** For every client. */
  get detail(): string {
    return this.message;
  }

  /** For the log. */
  get loggedDetail(): string {
    return this.#logged ?? this.message;
  }

  /**
   * For the clients of this server.
   *
   * @param exposesErrors whether they may see everything (`--expose-errors`)
   * @param place where the log has the error, such as "request abc"
   */
  detailFor(exposesErrors: boolean, place: string): string {
    if (this.#logged === undefined || exposesErrors) return this.loggedDetail;
    return `${this.message} The server's log has the error (${place}).`;
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
export function propertyOf(thrown: unknown, name: string | symbol): unknown {
  try {
    return (thrown as Record<string | symbol, unknown> | null | undefined)?.[name];
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

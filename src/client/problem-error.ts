/** An invalid field: its JSON Pointer (RFC 6901), and what is wrong with it. */
export interface ProblemField {
  readonly path: string;
  readonly message: string;
}

/** What a server says of a request that failed (RFC 9457). */
export interface Problem {
  /** Stable, such as `/problems/invalid-input`: branch on it, or on `ProblemError.kind`. */
  readonly type: string;
  readonly title: string;
  /** What happened, and what to do. */
  readonly detail?: string;
  readonly status?: number;
  /** Of a 422: every invalid field. */
  readonly errors?: readonly ProblemField[];
  /** What the task called its error (`new TaskError(message, { code })`). */
  readonly code?: string;
}

/** The server answered with a problem. */
export class ProblemError extends Error {
  override readonly name: string = "ProblemError";
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title);
    this.status = status;
    this.problem = problem;
  }

  /** The last part of the type: `invalid-input`, `task-failed`, ... */
  get kind(): string {
    return this.problem.type.split("/").at(-1) ?? "";
  }

  /** Of a 422: every invalid field. */
  get errors(): readonly ProblemField[] {
    return this.problem.errors ?? [];
  }
}

/** The problem of an answer. Something between client and server may have answered instead. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const { status } = response;
  const text = await response.text();
  const problem = readProblem(text);
  if (problem) return new ProblemError(status, problem);
  const detail = `${response.url} answered ${status} ${response.statusText}: ${text.replaceAll(/\s+/g, " ").slice(0, 200)}`;
  return new ProblemError(status, { type: "about:blank", title: response.statusText, detail });
}

function readProblem(text: string): Problem | undefined {
  try {
    const { type, title } = JSON.parse(text) as Partial<Problem>;
    const isProblem = typeof type === "string" && typeof title === "string";
    return isProblem ? (JSON.parse(text) as Problem) : undefined;
  } catch {
    return undefined;
  }
}

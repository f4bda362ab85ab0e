import type { ProblemField, Problem as Told } from "../../client/problem-error.ts";

/** An answer that is a problem (RFC 9457). Its message says what happened, and what to do. */
export class Problem extends Error {
  /** 0 where there was no answer. */
  readonly status: number;
  /** The last part of its type: `invalid-input`, `not-found`, ... */
  readonly kind: string;
  /** Of a 422: every invalid field. */
  readonly fields: readonly ProblemField[];

  constructor(status: number, told: Partial<Told>) {
    super(told.detail ?? told.title ?? `The server answered ${status}.`);
    this.status = status;
    this.kind = told.type?.split("/").at(-1) ?? "";
    this.fields = told.errors ?? [];
  }
}

/** What is between page and server may have answered instead, with any text. */
export async function readProblem(answer: Response): Promise<Problem> {
  const text = await answer.text();
  try {
    const told = JSON.parse(text) as Partial<Told> | null;
    if (typeof told === "object" && told !== null) return new Problem(answer.status, told);
  } catch {
    // It is no JSON: the status says what there is to say.
  }
  return new Problem(answer.status, { title: `${answer.status} ${answer.statusText}` });
}

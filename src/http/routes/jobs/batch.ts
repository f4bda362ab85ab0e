import { AppError, type ProblemType } from "../../../errors.ts";
import type { NewJob } from "../../../jobs/job.ts";
import { maxBatch } from "../../../jobs/limits.ts";
import { parseJson } from "../../json-body.ts";
import { writeBriefProblem, writeProblem } from "../../problem.ts";
import type { HttpContext, Services } from "../../services.ts";
import { mapInSlices } from "../../slices.ts";
import { requireQueue } from "./find-job.ts";
import { readIdempotencyKey, readTraceparent } from "./headers.ts";
import { writeJob } from "./representation.ts";
import { makeJob } from "./submission.ts";
import { requireAccepted } from "./submit-one.ts";

/** Jobs that were sent together. */
export interface Batch {
  readonly items: readonly unknown[];
  /** What was sent as one of the items. Throws an AppError where it cannot be read. */
  readonly read: (item: unknown) => unknown;
}

/**
 * What is told in full of items that are refused, in characters together. Past it each is told by its
 * type alone: a few bytes of a compressed body would make megabytes of an answer.
 */
const mostProblems = 64_000;

/** @throws AppError `invalid-input` where there are none, or too many */
export function readArray(sent: readonly unknown[]): Batch {
  return { items: requireCount(sent), read: (item) => item };
}

/** One JSON value a line; empty lines are passed over. */
export function readLines(text: string): Batch {
  const lines = text.match(/\S[^\n]*/g) ?? [];
  return { items: requireCount(lines), read: (line) => parseJson(line as string) };
}

function requireCount(items: readonly unknown[]): readonly unknown[] {
  if (items.length > 0 && items.length <= maxBatch) return items;
  const message = `send 1 to ${maxBatch} jobs in one request; these are ${items.length}`;
  const detail = `The jobs are not valid: ${message}.`;
  throw new AppError("invalid-input", detail, { errors: [{ path: "", message }] });
}

/**
 * Submits many at once, and answers each by itself in its order: those that are refused keep none of
 * the others from being accepted. All that are accepted are one write to the disk.
 *
 * An Idempotency-Key holds for each item with its place. The first has the key itself, as a single
 * job has: the same request replays them all, and one job sent alone and in an array is one job.
 *
 * @returns JSON texts, one an item
 */
export async function submitMany(
  ctx: HttpContext,
  services: Services,
  { items, read }: Batch,
): Promise<readonly string[]> {
  const queue = requireQueue(services);
  const key = readIdempotencyKey(ctx);
  const traceparent = readTraceparent(ctx);
  const refusals = new Refusals(services, ctx.state.requestId);
  // A refusal is written at once: thousands of errors would be kept, each with its stack.
  const checked = await mapInSlices(items, (item, index) =>
    refusals.unless(() =>
      makeJob(services, read(item), { key: key && keyAt(key, index), traceparent }),
    ),
  );
  const jobs = checked.filter((each): each is NewJob => typeof each !== "string");
  const submitted = (jobs.length > 0 ? await queue.submit(jobs) : []).values();
  return mapInSlices(checked, (each) => {
    if (typeof each === "string") return each;
    return refusals.unless(() => {
      const { job, replayed } = requireAccepted(submitted.next().value);
      return `{"status":202,${replayed ? '"replayed":true,' : ""}"job":${writeJob(job, null)}}`;
    });
  });
}

/** What is answered of the items of one request that are refused. */
class Refusals {
  readonly #log: Services["log"];
  readonly #requestId: string;
  /** Of those that are told by their type alone: one text for all. */
  readonly #brief = new Map<ProblemType, string>();
  #told = 0;
  #isLogged = false;

  constructor({ log }: Services, requestId: string) {
    this.#log = log;
    this.#requestId = requestId;
  }

  /** What was made; or the answer as JSON, where an AppError was thrown. */
  unless<Value>(make: () => Value): Value | string {
    try {
      return make();
    } catch (error) {
      if (error instanceof AppError) return this.#answer(error);
      throw error;
    }
  }

  #answer(error: AppError): string {
    if (error.status === 500) this.#logOne(error);
    if (this.#told > mostProblems) return this.#briefAnswer(error);
    const problem = writeProblem(error, this.#requestId);
    this.#told += problem.length;
    return `{"status":${error.status},"problem":${problem}}`;
  }

  /** A schema that throws does so for each item, as a rule. */
  #logOne(error: AppError): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    this.#log.error({ requestId: this.#requestId, err: error.cause ?? error }, error.detail);
  }

  #briefAnswer(error: AppError): string {
    const known = this.#brief.get(error.type);
    if (known) return known;
    const answer = `{"status":${error.status},"problem":${writeBriefProblem(error)}}`;
    this.#brief.set(error.type, answer);
    return answer;
  }
}

/** No key of a client's has a space. */
function keyAt(key: string, index: number): string {
  return index === 0 ? key : `${key} ${index}`;
}

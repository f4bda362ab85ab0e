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

/** The jobs of one request. */
export interface Batch {
  readonly items: readonly unknown[];
  /** Parses one item. Throws an AppError if it is not readable. */
  readonly read: (item: unknown) => unknown;
}

/**
 * Most characters of full problems in one answer. Further refused items get the type alone. Otherwise
 * a few bytes of a compressed body could make megabytes of an answer.
 */
const mostProblems = 64_000;

/** @throws AppError `invalid-input` for no jobs, or too many */
export function readArray(sent: readonly unknown[]): Batch {
  return { items: requireCount(sent), read: (item) => item };
}

/** One JSON value a line. Empty lines are skipped. */
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
 * Submits many jobs at once and answers each one, in the order of the request. A refused item does
 * not keep the others from being accepted. All accepted jobs are one write to the disk.
 *
 * The Idempotency-Key of an item is the request's key and the item's index. The first item has the key
 * itself, so that a job sent alone and the same job sent in an array are one job.
 *
 * @returns JSON texts, one for each item
 */
export async function submitMany(
  ctx: HttpContext,
  services: Services,
  { items, read }: Batch,
): Promise<readonly string[]> {
  const queue = requireQueue(services);
  const key = readIdempotencyKey(ctx);
  const traceparent = readTraceparent(ctx);
  const refusals = new ItemRefusals(services, ctx.state.requestId);
  // A refusal becomes text at once. Thousands of errors would each keep a stack.
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

/** Makes the answers for the refused items of one request. */
class ItemRefusals {
  readonly #log: Services["log"];
  readonly #requestId: string;
  /** The answer without detail, one text for each type. */
  readonly #brief = new Map<ProblemType, string>();
  #told = 0;
  #isLogged = false;

  constructor({ log }: Services, requestId: string) {
    this.#log = log;
    this.#requestId = requestId;
  }

  /** Makes a value, or the JSON text of a refusal if an AppError is thrown. */
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

  /** Only the first one: a schema that throws usually throws for every item. */
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

/** A client's key has no space, so this is never one of them. */
function keyAt(key: string, index: number): string {
  return index === 0 ? key : `${key} ${index}`;
}

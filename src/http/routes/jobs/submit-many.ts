import { AppError } from "../../../errors.ts";
import { isFinal, type Job } from "../../../jobs/job.ts";
import { maxJobsAtOnce } from "../../../jobs/limits.ts";
import type { NewJob, Submitted } from "../../../jobs/new-job.ts";
import type { ProblemType } from "../../../problems.ts";
import { parseJson } from "../../json-body.ts";
import { writeBriefProblem, writeProblem } from "../../problem.ts";
import type { HttpContext, Services } from "../../services.ts";
import { mapInSlices } from "../../slices.ts";
import { requireQueue } from "./find-job.ts";
import { readIdempotencyKey, readPreferences, readTraceparent } from "./headers.ts";
import { writeJob } from "./representation.ts";
import { makeJob } from "./submission.ts";
import { submitInPieces } from "./submit-in-pieces.ts";
import { requireAccepted } from "./submit-one.ts";
import { findMany, waitForEnds } from "./wait-for-many.ts";

/** The jobs of one request. */
export interface SentJobs {
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
export function readArray(sent: readonly unknown[]): SentJobs {
  return { items: requireCount(sent), read: (item) => item };
}

/** One JSON value a line. Empty lines are skipped. */
export function readLines(text: string): SentJobs {
  const lines = text.match(/\S[^\n]*/g) ?? [];
  return { items: requireCount(lines), read: (line) => parseJson(line as string) };
}

function requireCount(items: readonly unknown[]): readonly unknown[] {
  if (items.length > 0 && items.length <= maxJobsAtOnce) return items;
  const message = `send 1 to ${maxJobsAtOnce} jobs in one request; these are ${items.length}`;
  const detail = `The jobs are not valid: ${message}.`;
  throw new AppError("invalid-input", detail, { errors: [{ path: "", message }] });
}

/**
 * Submits many jobs at once and answers each one, in the order of the request. A refused item does
 * not keep the others from being accepted.
 *
 * The Idempotency-Key of an item is the request's key and the item's index. The first item has the key
 * itself, so that a job sent alone and the same job sent in an array are one job.
 *
 * @returns JSON texts, one for each item
 */
export async function submitMany(
  ctx: HttpContext,
  services: Services,
  { items, read }: SentJobs,
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
  const submitted = await submitInPieces(queue.jobs, jobs);
  const { wait } = readPreferences(ctx);
  const now = wait === undefined ? null : await waitForJobs(ctx, services, submitted, wait);
  const answers = submitted.values();
  return mapInSlices(checked, (each) => {
    if (typeof each === "string") return each;
    return refusals.unless(() => {
      const answer = answers.next().value;
      if (answer instanceof AppError) throw answer;
      const accepted = requireAccepted(answer);
      return writeItem(accepted, now?.get(accepted.job.id) ?? accepted);
    });
  });
}

type Accepted = ReturnType<typeof requireAccepted>;

/** An item of the answer: a job, and perhaps its result. */
interface Item {
  readonly job: Job;
  readonly result?: string | null;
  /** There is a result, which the answer has no room for. */
  readonly isLeftOut?: boolean;
}

function writeItem({ replayed, conflict }: Accepted, now: Item): string {
  const { job, result = null, isLeftOut = false } = now;
  const known = replayed ? '"replayed":true,' : "";
  const met = conflict ? `"uniqueConflict":"${conflict}",` : "";
  const left = isLeftOut ? '"resultLeftOut":true,' : "";
  const status = isFinal(job.state) ? 200 : 202;
  return `{"status":${status},${known}${met}${left}"job":${writeJob(job, result)}}`;
}

/** Waits for the jobs that were accepted. @returns them as they are then, by their id */
async function waitForJobs(
  ctx: HttpContext,
  services: Services,
  submitted: readonly (Submitted | AppError)[],
  seconds: number,
): Promise<ReadonlyMap<string, Item>> {
  const ids = submitted.flatMap((each) =>
    !(each instanceof AppError) && each.kind === "accepted" ? [each.job.id] : [],
  );
  ctx.set("Preference-Applied", `wait=${await waitForEnds(ctx, services, ids, seconds)}`);
  const found = await findMany(requireQueue(services), ids);
  return new Map(
    found.flatMap(({ found: each, isLeftOut }) =>
      each.kind === "found" ? [[each.job.id, { ...each, isLeftOut }] as const] : [],
    ),
  );
}

/** Makes the answers for the refused items of one request. */
class ItemRefusals {
  readonly #log: Services["log"];
  readonly #requestId: string;
  readonly #exposesErrors: boolean;
  /** The answer without detail, one text for each type. */
  readonly #brief = new Map<ProblemType, string>();
  #told = 0;
  #isLogged = false;

  constructor({ log, exposeErrors }: Services, requestId: string) {
    this.#log = log;
    this.#exposesErrors = exposeErrors;
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
    const problem = writeProblem(error, this.#requestId, this.#exposesErrors);
    this.#told += problem.length;
    return `{"status":${error.status},"problem":${problem}}`;
  }

  /** Only the first one: a schema that throws usually throws for every item. */
  #logOne(error: AppError): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    this.#log.error({ requestId: this.#requestId, err: error.cause ?? error }, error.loggedDetail);
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

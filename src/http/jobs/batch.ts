import { AppError } from "../../errors.ts";
import type { NewJob } from "../../jobs/job.ts";
import { maxBatch } from "../../jobs/limits.ts";
import { parseJson } from "../body.ts";
import { problemBody } from "../middleware/responses.ts";
import type { HttpContext, Services } from "../services.ts";
import { queueOf } from "./found.ts";
import { idempotencyKeyOf, traceparentOf } from "./headers.ts";
import { jobText } from "./representation.ts";
import { newJob } from "./submission.ts";
import { accepted } from "./submit.ts";

/** One of many: what was sent, or why it could not even be read. */
export type Item = { readonly sent: unknown } | { readonly error: AppError };

/** @throws AppError `invalid-input` where there are none, or too many */
export function itemsOfArray(sent: readonly unknown[]): readonly Item[] {
  return requireCount(sent.map((each) => ({ sent: each })));
}

/** One JSON value a line; empty lines are passed over. */
export function itemsOfLines(text: string): readonly Item[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return requireCount(lines.map(itemOfLine));
}

function itemOfLine(line: string): Item {
  try {
    return { sent: parseJson(line) };
  } catch (error) {
    if (error instanceof AppError) return { error };
    throw error;
  }
}

function requireCount(items: readonly Item[]): readonly Item[] {
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
  items: readonly Item[],
): Promise<readonly string[]> {
  const queue = queueOf(services);
  const key = idempotencyKeyOf(ctx);
  const traceparent = traceparentOf(ctx);
  const checked = items.map((item, index) =>
    attempt(() => {
      if ("error" in item) throw item.error;
      return newJob(services, item.sent, { key: key && keyAt(key, index), traceparent });
    }),
  );
  const jobs = checked.filter((each): each is NewJob => !(each instanceof AppError));
  const submitted = (jobs.length > 0 ? await queue.submit(jobs) : []).values();
  return checked.map((each) => {
    const answer =
      each instanceof AppError ? each : attempt(() => accepted(submitted.next().value));
    if (answer instanceof AppError) {
      const problem = problemBody(answer, ctx.state.requestId).trimEnd();
      return `{"status":${answer.status},"problem":${problem}}`;
    }
    const { job, replayed } = answer;
    return `{"status":202,${replayed ? '"replayed":true,' : ""}"job":${jobText(job, null)}}`;
  });
}

/** No key of a client's has a space. */
function keyAt(key: string, index: number): string {
  return index === 0 ? key : `${key} ${index}`;
}

function attempt<Value>(make: () => Value): Value | AppError {
  try {
    return make();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

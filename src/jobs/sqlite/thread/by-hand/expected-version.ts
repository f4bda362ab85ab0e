import { AppError } from "../../../../errors.ts";
import type { ExpectedVersions } from "../../../control.ts";
import type { StoreParts } from "../store-parts.ts";

/**
 * Whether a job is still as the client knows it. It is asked in the transaction of the change, so no
 * other change can come in between.
 *
 * @returns the refusal: to throw it in a transaction would fail the commands of others; null if the
 *   change may go on, or if there is no such job
 */
export function failedCondition(
  { reader }: Pick<StoreParts, "reader">,
  id: string,
  expected: ExpectedVersions | undefined,
): AppError | null {
  if (!expected) return null;
  const found = reader.find(id, false);
  if (found.kind !== "found" || expected.includes(found.job.version)) return null;
  const detail = `Job ${id} has changed, or the ETag is of another job. It is ${found.job.state} now, and nothing was done. Read it again with GET /jobs/${id}, and send its ETag in If-Match.`;
  return new AppError("precondition-failed", detail);
}

/** The answer to a command that was refused in its transaction. */
export function fail(error: AppError): never {
  throw error;
}

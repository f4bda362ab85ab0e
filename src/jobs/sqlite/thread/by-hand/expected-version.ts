import type { AppError } from "../../../../errors.ts";
import type { ExpectedVersions } from "../../../control.ts";
import { otherVersion } from "../../../refused.ts";
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
  return otherVersion({ id, state: found.job.state });
}

/** The answer to a command that was refused in its transaction. */
export function fail(error: AppError): never {
  throw error;
}

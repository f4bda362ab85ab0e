import { AppError } from "../../../../errors.ts";
import type { ExpectedVersions } from "../../../control.ts";
import type { Parts } from "../parts.ts";
import type { JobRecord } from "../records/record.ts";

/** A job as a client knows it. */
export interface Known {
  readonly id: string;
  readonly expected?: ExpectedVersions | undefined;
}

/** @throws AppError `precondition-failed` if the job is not as the client knows it */
export function requireKnown(record: JobRecord, known: Known | undefined): void {
  if (!known?.expected || known.expected.includes(record.version)) return;
  const { id } = known;
  const detail = `Job ${id} has changed, or the ETag is of another job. It is ${record.state} now, and nothing was done. Read it again with GET /jobs/${id}, and send its ETag in If-Match.`;
  throw new AppError("precondition-failed", detail);
}

/** The number of a job; one that does not exist for an id that is none of this queue's. */
export function rowOf({ ids }: Pick<Parts, "ids">, id: string): number {
  return ids.seqOfId(id) ?? 0;
}

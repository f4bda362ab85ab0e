import type { ExpectedVersions } from "../../../control.ts";
import { otherVersion } from "../../../refused.ts";
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
  throw otherVersion({ id: known.id, state: record.state });
}

/** The number of a job; one that does not exist for an id that is none of this queue's. */
export function rowOf({ ids }: Pick<Parts, "ids">, id: string): number {
  return ids.seqOfId(id) ?? 0;
}

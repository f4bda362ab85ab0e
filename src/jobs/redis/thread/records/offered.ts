import { jobFields, type ReadJob, readJobOf } from "./job-changes.ts";

/** A job that may be started, as it was read. */
export interface Offered extends ReadJob {
  readonly input: string;
  readonly checkpoint: string | null;
}

/** Of the hash of a job: what `offeredOf` takes. */
export const offeredFields = [...jobFields, "in", "c"] as const;

/** @param fields the values of `offeredFields` */
export function offeredOf(fields: readonly (string | null)[]): Offered | null {
  const read = readJobOf(fields);
  const [input, checkpoint = null] = fields.slice(jobFields.length);
  return read && { ...read, input: input ?? "null", checkpoint };
}

import type { Parts } from "../parts.ts";
import { jobFields, type ReadJob, readJobOf } from "./job-changes.ts";

/** What a worker gets beside the record. Both may be large. */
export interface Texts {
  readonly input: string;
  readonly checkpoint: string | null;
}

/** A job that may be started, as it was read. */
export interface Offered extends ReadJob, Texts {}

const textFields = ["in", "c"] as const;

/** Of the hash of a job: what `offeredOf` takes. */
export const offeredFields = [...jobFields, ...textFields];

/** @param fields the values of `offeredFields` */
export function offeredOf(fields: readonly (string | null)[]): Offered | null {
  const read = readJobOf(fields);
  return read && { ...read, ...textsOf(fields.slice(jobFields.length)) };
}

export async function readTexts({ client, keys }: Parts, seq: number): Promise<Texts> {
  return textsOf(await client.hmget(keys.job(seq), ...textFields));
}

function textsOf([input, checkpoint = null]: readonly (string | null)[]): Texts {
  return { input: input ?? "null", checkpoint };
}

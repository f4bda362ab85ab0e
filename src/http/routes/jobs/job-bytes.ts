/** Bytes that came as the body of a request, in place of the `input` of a job. */
import { webcrypto } from "node:crypto";
import type { TakenBytes } from "../../../tasks/bytes/bytes-input.ts";

export interface JobBytes {
  readonly taken: TakenBytes<unknown>;
  /** Of the bytes. For an Idempotency-Key; null if there is none. */
  readonly digest: string | null;
}

/** What the job keeps and shows of them: the bytes themselves are beside that. */
export function describeBytes({ taken: { data, type, query } }: JobBytes) {
  return { bytes: data.length, type, query };
}

/** Computes the digest on one of libuv's threads: 10 MB would hold the event loop for 10 ms or more. */
export async function digestBytes({ data }: TakenBytes<unknown>): Promise<string> {
  const digest = await webcrypto.subtle.digest("SHA-256", data);
  return Buffer.from(digest).toString("base64url");
}

/**
 * The input as JSON for a fingerprint, as it was sent and as the schema made it.
 *
 * @param checked undefined if it was refused
 */
export function digestible(
  { taken: { type, query }, digest }: JobBytes,
  checked: unknown,
): readonly [sent: unknown, checked: unknown] {
  const { query: checkedQuery } = Object(checked) as Partial<TakenBytes<unknown>>;
  return [
    { type, query, digest },
    { type, query: checkedQuery, digest },
  ];
}

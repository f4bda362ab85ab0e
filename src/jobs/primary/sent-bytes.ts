/** Puts the bytes that a worker has sent into the messages that name them. */
import type { SentBytes } from "../../channel/pieces.ts";
import { AppError } from "../../errors.ts";
import type { Pieces, SentJob, StoredAnswer } from "../messages/submission.ts";
import type { StoreLink } from "./store-link.ts";

/** The channel to a worker, as far as it has the bytes. */
export interface Sent {
  takeBytes(sent: SentBytes): Pieces | undefined;
}

/** @throws AppError `internal-error` where the bytes of a job did not arrive */
export async function submitWithBytes(
  sent: Sent,
  ask: StoreLink["ask"],
  jobs: readonly SentJob[],
): Promise<readonly StoredAnswer[]> {
  const moved: ArrayBuffer[] = [];
  const stored = jobs.map(({ body, ...job }) => {
    if (!body) return job;
    const pieces = sent.takeBytes(body);
    if (!pieces) throw new AppError("internal-error", "The bytes of the job did not arrive.");
    moved.push(...buffersOf(pieces));
    return { ...job, body: pieces };
  });
  return ask("submit", { jobs: stored }, moved);
}

export function buffersOf(pieces: Pieces): ArrayBuffer[] {
  return pieces.map(({ buffer }) => buffer);
}

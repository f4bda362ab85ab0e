import type { NewJob } from "../../../new-job.ts";
import { onKeyHeld } from "../../../transitions/uniqueness.ts";
import type { SubmittedRow } from "../jobs/submit.ts";
import type { StoreParts } from "../store-parts.ts";

/**
 * Answers a submission whose unique key another job holds. An Idempotency-Key that comes with it
 * belongs to that job from now on, so that a repetition has the same answer.
 *
 * @returns undefined if the key is free
 */
export function meetHolder(parts: StoreParts, job: NewJob): SubmittedRow | undefined {
  const { sql, clock, uniqueKeys, replacing } = parts;
  const { unique, key } = job;
  const holder = unique && uniqueKeys.holderOf(job.task, unique);
  if (!holder) return undefined;
  const { seq, code, state } = holder;
  const answer = onKeyHeld(unique, state);
  if (answer === "refuse") return { kind: "unique-conflict", seq, state };
  if (answer === "replace") replacing.replace(parts, seq, code, job);
  if (key) sql.insertKey.run(key.name, key.fingerprints.join(" "), seq, clock.now());
  return { kind: "row", seq, replayed: false, conflict: conflicts[answer] };
}

const conflicts = { return: "returned", replace: "replaced" } as const;

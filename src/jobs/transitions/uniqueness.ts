import type { JobState } from "../job.ts";
import type { UniqueKey } from "../new-job.ts";

/**
 * What becomes of a submission if another job holds its unique key: it is answered with that job
 * (`return`), that job takes over what was submitted (`replace`), or it is refused. A job that has
 * started cannot be replaced.
 *
 * @param holder the state of the job that holds the key, which has not ended
 */
export function onKeyHeld(
  { onConflict }: Pick<UniqueKey, "onConflict">,
  holder: JobState,
): UniqueKey["onConflict"] {
  return onConflict === "replace" && holder !== "queued" ? "refuse" : onConflict;
}

/** Whether a job gives its key back when it starts, and not only when it ends. */
export function isFreedByStart({ while: span }: Pick<UniqueKey, "while">): boolean {
  return span === "queued";
}

/** What the history of a job says about an attempt that has ended. Pure, the same with every queue. */

import { type Ended, isUnstarted } from "../assignment.ts";
import type { AttemptOutcome } from "../attempt.ts";
import type { JobError } from "../job.ts";
import type { RunningJob, Transition } from "./transitions.ts";

/** The part of an attempt's history that the rules decide. */
export interface Verdict {
  readonly number: number;
  readonly outcome: AttemptOutcome;
  readonly counts: boolean;
  readonly error: JobError | null;
}

/**
 * An attempt whose worker told how it ended.
 *
 * @param to what became of the job
 * @returns undefined if it never started
 */
export function verdictOfEnd(job: RunningJob, ended: Ended, to: Transition): Verdict | undefined {
  if (isUnstarted(ended)) return undefined;
  const outcome = to.to === "cancelled" ? "cancelled" : ended.kind;
  const error = ended.kind === "failed" ? ended.error : null;
  return { number: job.attempts, outcome, counts: isCounted(job, to), error };
}

/** An attempt that was lost with its worker. */
export function verdictOfLoss(job: RunningJob, to: Transition): Verdict {
  const error = to.to === "queued" || to.to === "failed" ? to.error : null;
  return { number: job.attempts, outcome: "lost", counts: isCounted(job, to), error };
}

function isCounted({ attempts }: RunningJob, to: Transition): boolean {
  return to.to !== "queued" || to.attempts === attempts;
}

import { type Ending, isStopped, isUnstarted } from "../assignment.ts";
import type { AssignedJob } from "../messages/commands.ts";
import type { StartMarks } from "../starts.ts";

/**
 * Marks the end of a run.
 *
 * @returns how the attempt has ended. A run that was stopped on its way to a thread has not started,
 *   although it had a slot: it left no mark.
 */
export function markEnd(marks: StartMarks | null, job: AssignedJob, ending: Ending): Ending {
  if (!marks || ending.kind === "at-exit" || isUnstarted(ending)) return ending;
  if (isStopped(ending) && !marks.hasStarted(job.mark, job)) return { kind: ending.kind };
  marks.end(job.mark, job);
  return ending;
}

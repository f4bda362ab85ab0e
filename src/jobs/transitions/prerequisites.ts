/** The rules for jobs that are to run after others. They are pure, and the same with every queue. */
import type { ProblemType } from "../../problems.ts";
import type { JobError, JobState } from "../job.ts";

/** What becomes of a job if one of its prerequisites ends without success. */
export type OnFailure = "cancel" | "run";

/**
 * What the state of one prerequisite means for the job that is to run after it: it has to wait, it can
 * go on as far as this prerequisite is concerned, or it is cancelled.
 */
export function onPrerequisite(state: JobState, onFailure: OnFailure): "wait" | "go-on" | "cancel" {
  switch (state) {
    case "queued":
    case "running":
      return "wait";
    case "succeeded":
      return "go-on";
    default:
      return onFailure === "run" ? "go-on" : "cancel";
  }
}

/**
 * Why a job was cancelled that was to run after another one.
 *
 * @param id of the prerequisite
 */
export function explainCancelled(id: string, state: JobState): JobError {
  const happened = state === "cancelled" ? "was cancelled" : `has ${state}`;
  const detail = `It was to run after job ${id}, which ${happened}. With "onFailure": "run" it would run anyway.`;
  return { type: "job-cancelled" satisfies ProblemType, detail };
}

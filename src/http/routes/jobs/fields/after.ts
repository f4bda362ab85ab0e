import { z } from "zod";
import { AppError } from "../../../../errors.ts";
import { maxPrerequisites } from "../../../../jobs/limits.ts";
import type { NewJob, PrerequisiteFault } from "../../../../jobs/new-job.ts";

const list = `must be a list of up to ${maxPrerequisites} ids of jobs`;
const id = "must be the id of a job; a #ref names a job of the same batch (POST /batches)";

/** The fields of a submission that say what it comes after. */
export const afterFields = {
  after: z
    .array(
      z.string({ error: id }).refine((each) => !each.startsWith("#"), { error: id }),
      { error: list },
    )
    .max(maxPrerequisites, list)
    .optional(),
  onFailure: z.enum(["cancel", "run"], { error: 'must be "cancel" or "run"' }).optional(),
};

export function afterParts({
  after = [],
  onFailure = "cancel",
}: z.infer<z.ZodObject<typeof afterFields>>): Pick<NewJob, "after" | "onFailure"> {
  return { after: after.map((id) => ({ id })), onFailure };
}

/** What is wrong with a prerequisite that is not there. */
export function describeFault({ why }: Pick<PrerequisiteFault, "why">): string {
  if (why === "unknown") return "there is no such job";
  return "this job has ended and was removed; leave it out if it succeeded";
}

/** The job was to run after jobs that are not there. */
export function explainFaults(faults: readonly PrerequisiteFault[]): AppError {
  const errors = faults.map((fault) => ({
    path: `/after/${fault.place}`,
    message: describeFault(fault),
  }));
  const fields = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return new AppError("invalid-input", `The job is not valid. ${fields}.`, { errors });
}

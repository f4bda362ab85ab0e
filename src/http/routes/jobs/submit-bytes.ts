import type { Task } from "../../../tasks/task.ts";
import type { BytesRequest } from "../../bytes-body.ts";
import type { HttpContext, Services } from "../../services.ts";
import { digestBytes } from "./job-bytes.ts";
import { makeJob } from "./submission.ts";
import { isSubmittedInstead, readSubmissionContext, submitMade } from "./submit-one.ts";

/**
 * Submits a job on the bytes of a POST instead of a run, if the client prefers that.
 *
 * @returns whether it did
 */
export async function submitBytesInstead(
  ctx: HttpContext,
  services: Services,
  task: Task,
  asked: BytesRequest,
): Promise<boolean> {
  if (!isSubmittedInstead(ctx, services)) return false;
  const context = readSubmissionContext(ctx);
  const { input: taken, release } = await asked.read();
  try {
    const digest = context.key === null ? null : await digestBytes(taken);
    const made = makeJob(services, { task: task.name }, context, { taken, digest });
    await submitMade(ctx, services, made);
  } finally {
    release();
  }
  ctx.append("Preference-Applied", "respond-async");
  return true;
}

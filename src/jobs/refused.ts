import { AppError } from "../errors.ts";
import type { Job } from "./job.ts";

/** @throws AppError `invalid-input` for a cursor of a list that is none of this queue's */
export function refuseCursor(): never {
  const message = "give the cursor of the page before as it came, or none for the first page";
  const errors = [{ path: "/cursor", message }];
  throw new AppError("invalid-input", `The cursor is not valid: ${message}.`, { errors });
}

/** The refusal of a change whose job is not as the client knows it. */
export function otherVersion({ id, state }: Pick<Job, "id" | "state">): AppError {
  const detail = `Job ${id} has changed, or the ETag is of another job. It is ${state} now, and nothing was done. Read it again with GET /jobs/${id}, and send its ETag in If-Match.`;
  return new AppError("precondition-failed", detail);
}

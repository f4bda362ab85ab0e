import { type Refusal, toRefusal } from "../../../channel/refusal.ts";
import { AppError, messageOf } from "../../../errors.ts";

/** @param error of a read; what is no AppError comes from SQLite, or from the disk */
export function refuseRead(error: unknown): Refusal {
  if (error instanceof AppError) return toRefusal(error);
  const detail = `The queue's file cannot be read (${messageOf(error)}). Try again later.`;
  return { type: "queue-unavailable", detail };
}

/** @param trouble why the file cannot be written */
export function refuseWrite(trouble: string | null): Refusal {
  const detail = `The queue's file cannot be written (${trouble}). Nothing of this was kept: try again later.`;
  return { type: "queue-unavailable", detail };
}

/** @throws AppError `invalid-input` for a cursor of a list that is none of this file's */
export function refuseCursor(): never {
  const message = "give the cursor of the page before as it came, or none for the first page";
  const errors = [{ path: "/cursor", message }];
  throw new AppError("invalid-input", `The cursor is not valid: ${message}.`, { errors });
}

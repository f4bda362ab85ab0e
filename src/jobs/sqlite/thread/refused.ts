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

import { AppError } from "../errors.ts";
import type { RunOutcome } from "../telemetry/events.ts";

/**
 * What the events say of a run.
 *
 * @param error undefined if it ended well. Executors throw AppErrors only: anything else is the reason
 *   with which somebody cancelled the run.
 */
export function outcomeOf(error: unknown): RunOutcome {
  if (error === undefined) return "succeeded";
  return error instanceof AppError ? error.type : "cancelled";
}

import type { RowAttempt } from "../../starts.ts";
import { type Stage, sortLosses } from "../../transitions/losses.ts";
import { endAttempt, loseAttempts } from "./jobs/job-changes.ts";
import type { ChangeParts } from "./store-parts.ts";

/**
 * Ends the attempts of a former server, whose workers have ended. Those that only waited in a worker
 * go back untouched; the others are lost. Belongs into a transaction.
 */
export function endFormer(
  parts: ChangeParts,
  former: readonly RowAttempt[],
  stageOf: (attempt: RowAttempt) => Stage,
): void {
  const { waiting, losses } = sortLosses(former, stageOf);
  for (const attempt of waiting) endAttempt(parts, attempt, { kind: "handed-back" }, null);
  for (const { attempts, wasAlone } of losses) loseAttempts(parts, attempts, wasAlone, null);
}

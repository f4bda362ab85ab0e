import type { FinalState } from "../../../job.ts";
import type { ChangeParts } from "../store-parts.ts";
import { endBits, type Row, type StateCode, stateCodes, stateOf } from "./rows.ts";

/**
 * What the end of a job does beside its own row, in the same transaction.
 *
 * @param touched `ends` and `batch` of its row
 */
export function followEnd(
  { dependencies, batches, checkpoints, deliveries, uniqueKeys }: ChangeParts,
  seq: number,
  code: StateCode,
  touched: Row,
): void {
  const ends = touched["ends"] as number;
  if (ends & endBits.dependants) dependencies.ended(seq, code);
  if (ends & endBits.batch) batches.ended(touched["batch"] as number, stateOf(code) as FinalState);
  // A job that has not succeeded may be tried again, and goes on from there.
  if (ends & endBits.checkpoint && code === stateCodes.succeeded) checkpoints.drop(seq);
  if (ends & endBits.uniqueKey) uniqueKeys.release(seq);
  if (ends & endBits.webhook) deliveries.announceJob(seq);
}

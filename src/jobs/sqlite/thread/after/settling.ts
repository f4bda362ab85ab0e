import { explainCancelled, onPrerequisite } from "../../../transitions/prerequisites.ts";
import { finishJob } from "../jobs/job-changes.ts";
import { placeOf, stateCodes, stateOf } from "../jobs/rows.ts";
import type { ChangeParts } from "../store-parts.ts";
import type { Dependant, UntoldEnd } from "./dependencies.ts";

const { blocked } = stateCodes;

/** Dependants that are told before the next look at the clock. */
const stepLimit = 50;

/** Longest time for the dependants of one call. */
const longestMs = 10;

/**
 * Tells dependants of the jobs that have ended. A job that is cancelled by that has ended, too: its own
 * dependants come after the others.
 *
 * @param limit most dependants, and most ends, of one call; it may stop before, to save time
 * @returns whether more may be left
 */
export function settleDependants(parts: ChangeParts, limit: number): boolean {
  const { dependencies, clock } = parts;
  const until = clock.steady() + longestMs;
  for (let left = limit; left > 0 && clock.steady() < until; ) {
    const end = dependencies.firstUntold();
    if (!end) return false;
    const most = Math.min(left, stepLimit);
    const dependants = dependencies.take(end, most);
    for (const dependant of dependants) tell(parts, end, dependant);
    if (dependants.length < most) dependencies.told(end);
    left -= Math.max(1, dependants.length);
  }
  return true;
}

/** Does nothing where the dependant waits no more: a client has cancelled it, for example. */
function tell(parts: ChangeParts, end: UntoldEnd, { seq, runs }: Dependant): void {
  const { sql, ids, clock, tally, watched } = parts;
  const state = stateOf(end.code);
  if (onPrerequisite(state, runs ? "run" : "cancel") === "cancel") {
    if (!sql.isBlocked.get(seq)) return;
    const error = explainCancelled(ids.idOf(end.seq), state);
    finishJob(parts, seq, { to: "cancelled", error }, blocked);
    return;
  }
  const row = sql.unblock.get({ now: clock.now(), seq });
  if (!row) return;
  tally.moved(placeOf(row), blocked, row["state"] as number);
  watched.changed(seq);
}

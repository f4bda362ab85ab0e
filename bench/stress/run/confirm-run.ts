import { writePerSecond } from "../../command/wording.ts";
import { timeShares } from "../options/schedule.ts";
import { chooseTrial, makeUnconfirmed, type Trial } from "../search/confirmation.ts";
import type { Finding } from "../search/search.ts";
import { chooseStepMs } from "./search-run.ts";
import type { Session } from "./session.ts";
import { runStep } from "./step.ts";

/** A confirmation lasts this many of the search's longest steps. */
const lengths = 2;
/** A step that is only a little longer confirms nothing. */
const leastLengths = 1.25;

/** Runs the trials that `confirmation.ts` chooses, while there is time. */
export async function confirmRate(session: Session, found: Finding): Promise<Finding> {
  const { options, measured, stop } = session;
  const metRates = measured.steps
    .filter(({ verdict }) => verdict === "met")
    .map(({ rate }) => rate);
  const trials: Trial[] = [];
  if (found.met !== null)
    session.watcher.phase(
      `phase 3 of 5, confirmation: a longer step at ${writePerSecond(found.met)}`,
    );
  for (
    let move = chooseTrial(found, metRates, trials);
    ;
    move = chooseTrial(found, metRates, trials)
  ) {
    if (move.kind === "done") return move.finding;
    const { rate } = move;
    const usualMs = chooseStepMs(options, rate);
    // A fifth of each trial's time is for its warm-up and its drain.
    const spareMs = timeShares.confirmation * session.leftMs() - session.range.startMs;
    const durationMs = Math.min(lengths * options.longestStepMs, 0.8 * spareMs);
    if (stop.signal.aborted || durationMs < leastLengths * usualMs) break;
    const step = await runStep(session, { rate, durationMs, confirms: true, last: true });
    if (stop.signal.aborted) break; // cut off: it proves nothing
    const { verdict, enough } = step;
    trials.push({ rate, verdict: verdict === "open" ? "missed" : verdict, enough, durationMs });
    measured.finding = makeUnconfirmed(found, metRates, trials);
  }
  return makeUnconfirmed(found, metRates, trials);
}

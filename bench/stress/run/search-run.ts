import { writeMs } from "../../command/wording.ts";
import { readLeastP50 } from "../../load/result.ts";
import type { StressOptions } from "../options/options.ts";
import { timeShares } from "../options/schedule.ts";
import type { Load, Step } from "../result/result.ts";
import { countRequestsNeeded, printObjective } from "../search/objective.ts";
import { advance, beginSearch, chooseNext, type Finding, makeFinding } from "../search/search.ts";
import type { Session } from "./session.ts";
import { estimateSpanMs, runStep } from "./step.ts";

const shortestStepMs = 3_000;
/** 473 requests may have one slow answer for p99; 299 may have none. */
const sparing = 1.6;
const minRate = 0.5;
const tolerance = 0.1;
const maxSteps = 40;

/** Runs the search of `search.ts`, step by step. */
export async function searchRate(session: Session, unloaded: Load): Promise<Finding> {
  const { options, stop, measured, watcher } = session;
  const { maxRate } = options;
  const begun = performance.now();
  const leftMs = session.leftMs();
  const asked = options.objectives.map(printObjective).join(" and ");
  watcher.phase(
    `phase 2 of 5, search: the highest rate that meets ${asked}, ${writeMs(timeShares.search * leftMs)} or so at most`,
  );
  let state = beginSearch({
    // Half of what one client alone achieves.
    startRate: 500 / Math.max(0.05, readLeastP50(unloaded.latency)),
    minRate: Math.min(minRate, maxRate),
    maxRate,
    tolerance,
    maxSteps,
  });
  for (let move = chooseNext(state); move.kind === "step"; move = chooseNext(state)) {
    const { rate } = move;
    const share = state.met === null ? timeShares.searchInVain : timeShares.search;
    const deadline = begun + share * leftMs;
    const durationMs =
      state.missed === null ? chooseCoarseMs(options, rate) : chooseStepMs(options, rate);
    if (
      stop.signal.aborted ||
      performance.now() + estimateSpanMs(durationMs, session.range.startMs) > deadline
    ) {
      return makeFinding(state, "ended");
    }
    const step = await searchStep(session, rate, durationMs, deadline);
    if (stop.signal.aborted) return makeFinding(state, "ended"); // cut off: it proves nothing
    state = advance(state, rate, step.verdict === "open" ? "missed" : step.verdict);
    measured.finding = makeFinding(state, "ended");
  }
  const last = chooseNext(state);
  return last.kind === "done" ? last.finding : makeFinding(state, "ended");
}

/** A step, and a longer one if its data show neither. */
async function searchStep(
  session: Session,
  rate: number,
  durationMs: number,
  deadline: number,
): Promise<Step> {
  const { longestStepMs } = session.options;
  const longerMs = Math.min(
    longestStepMs,
    deadline - performance.now() - estimateSpanMs(durationMs, session.range.startMs),
  );
  const last = longerMs <= durationMs;
  const step = await runStep(session, { rate, durationMs, confirms: false, last });
  if (step.verdict !== "open" || session.stop.signal.aborted) return step;
  return runStep(session, { rate, durationMs: longerMs, confirms: false, last: true });
}

/** While the rate doubles, a step only needs a rough answer. The steps that bisect must be sure. */
function chooseCoarseMs(options: StressOptions, rate: number): number {
  return Math.min(chooseStepMs(options, rate), options.longestStepMs / 2);
}

/** Long enough for the requests that the percentile needs, within limits. */
export function chooseStepMs({ objectives, longestStepMs }: StressOptions, rate: number): number {
  const wantedMs = (1_000 * sparing * countRequestsNeeded(objectives)) / rate;
  return Math.min(longestStepMs, Math.max(shortestStepMs, wantedMs));
}

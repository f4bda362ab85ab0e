/** Judges whether a step met the objectives, as far as its data show it. */
import type { StreamResult } from "../../load/result.ts";
import { findGrowth } from "./backlog.ts";
import { countMostOver, judgeShare } from "./confidence.ts";
import {
  countErrors,
  countRequestsNeededFor,
  findTightestLimitMs,
  getOverShare,
  type LatencyObjective,
  type Objective,
  printObjective,
} from "./objective.ts";

export interface Judgement {
  /** `open`: the data show neither. More requests could. */
  readonly verdict: "met" | "missed" | "open";
  /** Why it was missed or is open. Empty if it was met. */
  readonly reasons: readonly string[];
}

type Reason = { readonly verdict: "missed" | "open"; readonly text: string };

/**
 * A smaller growth of the queue does not count. Nor does one below this share of the tightest
 * limit.
 */
const leastGrowthMs = 10;
const leastGrowthShare = 0.1;

/** @param load has an `overLimit` for each latency objective, in their order */
export function judgeStep(
  load: StreamResult,
  durationMs: number,
  objectives: readonly Objective[],
): Judgement {
  const limitMs = findTightestLimitMs(objectives) ?? 0;
  const grew = Math.max(leastGrowthMs, leastGrowthShare * limitMs);
  const latencies = objectives.filter((each) => each.kind === "latency");
  const reasons: Reason[] = [
    ...objectives.flatMap((each) => (each.kind === "errors" ? judgeErrors(load, each) : [])),
    ...latencies.flatMap((each, place) => judgeLatency(load, each, load.overLimit[place] ?? 0)),
    ...makeMissed(findBacklog(load, durationMs)),
    ...makeMissed(findGrowth(load.intervals, durationMs, grew)),
  ];
  const worst = reasons.some(({ verdict }) => verdict === "missed") ? "missed" : "open";
  return {
    verdict: reasons.length === 0 ? "met" : worst,
    reasons: reasons.filter(({ verdict }) => verdict === worst).map(({ text }) => text),
  };
}

function makeMissed(text: string | null): Reason[] {
  return text === null ? [] : [{ verdict: "missed", text }];
}

/** By the observed share: at an overload errors come in numbers or not at all. */
function judgeErrors(load: StreamResult, objective: Objective & { kind: "errors" }): Reason[] {
  const judged = load.intended - load.unanswered;
  const share = judged === 0 ? 1 : countErrors(load) / judged;
  if (share <= objective.limitShare) return [];
  return makeMissed(`${printObjective(objective)}: ${Number((100 * share).toPrecision(3))}%`);
}

/**
 * By the upper confidence bound of the percentile. If there are too few requests for that, even
 * without a slow one, the plain percentile decides.
 */
function judgeLatency(load: StreamResult, objective: LatencyObjective, over: number): Reason[] {
  const name = printObjective(objective);
  const { correct } = load;
  if (correct === 0) return makeMissed(`${name}: nothing was served`);
  const share = getOverShare(objective);
  const said = `${name}: ${over} of ${correct} took longer`;
  if (objective.figure === "max") return over === 0 ? [] : makeMissed(said);
  if (correct < countRequestsNeededFor(objective) && over <= share * correct) return [];
  switch (judgeShare(over, correct, share)) {
    case "within":
      return [];
    case "beyond":
      return makeMissed(said);
    case "open": {
      const most = countMostOver(correct, share);
      const why = most < 0 ? "too few to tell" : `for 95 % confidence at most ${most} may`;
      return [{ verdict: "open", text: `${said}, ${why}` }];
    }
  }
}

/**
 * Whether the server fell behind the load. A short step with a wide objective would not show it
 * otherwise. In a steady state as many answers come as requests are sent. A tenth, and three
 * standard deviations of a Poisson count, are tolerated.
 */
export function findBacklog(load: StreamResult, durationMs: number): string | null {
  const due = load.intended - countErrors(load) - load.unanswered;
  const served = (load.throughputPerSecond * durationMs) / 1_000;
  if (due - served <= 0.1 * due + 3 * Math.sqrt(due)) return null;
  const perSecond = (count: number) => ((count * 1_000) / durationMs).toFixed(1);
  return `fell behind: ${perSecond(served)}/s served of ${perSecond(load.intended)}/s`;
}

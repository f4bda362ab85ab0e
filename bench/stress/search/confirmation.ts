/**
 * A rate that short steps met is confirmed by a longer one before it is called found: what the
 * search took for met by luck, or before the queue had grown, shows then. Where the longer step
 * misses, the next one is a notch lower. Pure: what to do next, by what was tried.
 */
import type { Finding, StepVerdict } from "./search.ts";

export const notch = 1.1;
const mostNotches = 2;

/** A longer step at a rate. */
export interface Trial {
  readonly rate: number;
  readonly verdict: StepVerdict;
  /** Whether it had the requests that its percentile takes. */
  readonly enough: boolean;
  readonly durationMs: number;
}

export type NextTrial =
  | { readonly kind: "trial"; readonly rate: number }
  | { readonly kind: "done"; readonly finding: Finding };

/** @param metRates of the search's steps that met the objectives */
export function chooseTrial(
  found: Finding,
  metRates: readonly number[],
  trials: readonly Trial[],
): NextTrial {
  const last = trials.at(-1);
  const misses = trials.filter(({ verdict }) => verdict === "missed");
  const unconfirmed: NextTrial = {
    kind: "done",
    finding: makeUnconfirmed(found, metRates, trials),
  };
  if (found.met === null) return { kind: "done", finding: found };
  if (last === undefined) return { kind: "trial", rate: found.met };
  switch (last.verdict) {
    case "met":
      return last.enough
        ? { kind: "done", finding: makeConfirmed(found, trials, last) }
        : unconfirmed;
    case "missed":
      if (misses.length > mostNotches) return unconfirmed;
      return { kind: "trial", rate: last.rate / notch };
    case "invalid":
      if (trials.at(-2)?.verdict === "invalid") return unconfirmed;
      return { kind: "trial", rate: last.rate };
  }
}

function makeConfirmed(found: Finding, trials: readonly Trial[], last: Trial): Finding {
  const known = { met: last.rate, confirmedForMs: last.durationMs };
  const missed = findLowestMissed(trials);
  // Below a longer step that missed, the bound which ended the search is none any more.
  return missed === null
    ? { ...found, ...known }
    : { ...found, ...known, outcome: "found", missed };
}

/**
 * What is known where no longer step showed the rate to be met, and none follows: the highest rate
 * that a step met below those that longer ones missed.
 */
export function makeUnconfirmed(
  found: Finding,
  metRates: readonly number[],
  trials: readonly Trial[],
): Finding {
  const missed = findLowestMissed(trials);
  if (missed === null) {
    return { ...found, outcome: found.outcome === "found" ? "unconfirmed" : found.outcome };
  }
  const shorter = metRates.filter((rate) => rate < missed);
  const longer = trials.flatMap(({ rate, verdict }) => (verdict === "met" ? [rate] : []));
  const met = Math.max(...shorter, ...longer);
  return { ...found, outcome: "unconfirmed", missed, met: met > 0 ? met : null };
}

function findLowestMissed(trials: readonly Trial[]): number | null {
  const rates = trials.flatMap(({ rate, verdict }) => (verdict === "missed" ? [rate] : []));
  return rates.length === 0 ? null : Math.min(...rates);
}

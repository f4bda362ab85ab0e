/**
 * A rate that short steps met is called found only after a longer step confirms it. The longer step
 * shows whether the short one was lucky, or ended before the queue grew. If it misses, the next one
 * is a notch lower. Pure: chooses what to do next from what was tried.
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

/** @param metRates rates of the search's steps that met the objectives */
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
  // A longer step missed above this rate, so the bound that ended the search no longer holds.
  return missed === null
    ? { ...found, ...known }
    : { ...found, ...known, outcome: "found", missed };
}

/**
 * The finding if no longer step confirmed the rate and none follows: the highest rate that a step
 * met, below those that longer steps missed.
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

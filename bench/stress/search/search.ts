/**
 * The search for the highest rate that meets the objectives, as a pure state machine:
 *
 * 1. From the start rate, double until a step misses the objectives (or halve until one meets them).
 * 2. Then bisect, by the geometric mean, until the lowest rate that missed is within the tolerance
 *    of the highest that met them.
 *
 * A step that the generator could not drive proves nothing. It is repeated once; if that does not
 * help, the rate bounds the search, and the finding says so.
 */

export type StepVerdict = "met" | "missed" | "invalid";

export interface SearchLimits {
  readonly startRate: number;
  readonly minRate: number;
  readonly maxRate: number;
  /** 0.1 ends the search when `missed / met` is at most 1.1. */
  readonly tolerance: number;
  readonly maxSteps: number;
}

export interface SearchState {
  readonly limits: SearchLimits;
  /** The highest rate that met the objectives. */
  readonly met: number | null;
  /** The lowest rate that missed them. */
  readonly missed: number | null;
  /** The lowest rate that could not be driven, tried twice. */
  readonly undriven: number | null;
  /** A rate to try again, because its step was invalid. */
  readonly again: number | null;
  readonly steps: number;
}

/**
 * - `found`: between `met` and `missed`, within the tolerance
 * - `max-rate`: even the highest allowed rate was met
 * - `none`: not even the lowest rate was
 * - `generator`: the generator could not drive a rate above `met`
 * - `ended`: steps or time ran out; what is known is a bracket
 * - `unconfirmed`: the search came to its end, and no longer step showed its rate to be met
 */
export type SearchOutcome = "found" | "max-rate" | "none" | "generator" | "ended" | "unconfirmed";

export interface Finding {
  readonly outcome: SearchOutcome;
  readonly met: number | null;
  readonly missed: number | null;
  readonly undriven: number | null;
  /** Length of the longer step that met the objectives at `met`. Null if there was none. */
  readonly confirmedForMs: number | null;
}

export type Next =
  | { readonly kind: "step"; readonly rate: number }
  | { readonly kind: "done"; readonly finding: Finding };

export function beginSearch(limits: SearchLimits): SearchState {
  return { limits, met: null, missed: null, undriven: null, again: null, steps: 0 };
}

/** What to do next: a step at a rate, or nothing more. */
export function chooseNext(state: SearchState): Next {
  const { limits, met, missed, undriven, again, steps } = state;
  const done = (outcome: SearchOutcome): Next => ({
    kind: "done",
    finding: makeFinding(state, outcome),
  });
  const step = (rate: number): Next => ({ kind: "step", rate });
  const top = Math.min(missed ?? Number.POSITIVE_INFINITY, undriven ?? Number.POSITIVE_INFINITY);
  if (met !== null && met >= limits.maxRate) return done("max-rate");
  if (met !== null && missed !== null && missed / met <= 1 + limits.tolerance) return done("found");
  if (steps >= limits.maxSteps) return done("ended");
  if (again !== null) return step(again);
  if (met === null && top === Number.POSITIVE_INFINITY)
    return step(clamp(limits.startRate, limits));
  if (met === null) {
    if (top <= limits.minRate) return done(missed === null ? "generator" : "none");
    return step(clamp(top / 2, limits));
  }
  if (top === Number.POSITIVE_INFINITY) return step(clamp(met * 2, limits));
  // The generator's bound is below the server's. Nothing above it can be known.
  if (top === undriven) return done("generator");
  return step(Math.sqrt(met * top));
}

/** The state after a step at `rate`. */
export function advance(state: SearchState, rate: number, verdict: StepVerdict): SearchState {
  const after = { ...state, again: null, steps: state.steps + 1 };
  switch (verdict) {
    case "met":
      return { ...after, met: Math.max(rate, state.met ?? 0) };
    case "missed":
      return { ...after, missed: Math.min(rate, state.missed ?? Number.POSITIVE_INFINITY) };
    case "invalid":
      if (state.again !== rate) return { ...after, again: rate };
      return { ...after, undriven: Math.min(rate, state.undriven ?? Number.POSITIVE_INFINITY) };
  }
}

export function makeFinding(
  { met, missed, undriven }: SearchState,
  outcome: SearchOutcome,
): Finding {
  return { outcome, met, missed, undriven, confirmedForMs: null };
}

function clamp(rate: number, { minRate, maxRate }: SearchLimits): number {
  return Math.min(maxRate, Math.max(minRate, rate));
}

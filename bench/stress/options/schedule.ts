/**
 * How a run divides its time. `step` and `patience` are shares of the whole run: the longest step,
 * and the least time to wait for an answer. The others are shares of the time that is left when
 * they begin, so that time remains for what follows. While no rate is known to meet the objectives,
 * nothing follows. `confirmation` is the share of each trial.
 */
export const timeShares = {
  ...{ step: 1 / 12, patience: 1 / 12 },
  ...{ unloaded: 1 / 20, search: 0.45, searchInVain: 0.9, confirmation: 0.36 },
  ...{ firstHold: 1 / 4, lastHold: 1 / 3 },
} as const;

/** The overloads to hold, as multiples of the rate that was found. */
export const overloadFactors: readonly number[] = [2, 5];

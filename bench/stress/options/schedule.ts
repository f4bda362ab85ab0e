/**
 * How the time of a run is shared out. `step` and `patience` are shares of the whole run: the longest
 * step, and the least time that an answer is waited for. The others are shares of what is left when
 * they begin, so that whatever came first took, there is time for what follows. While no rate is
 * known that meets the objectives, nothing follows. `confirmation` is the share of each trial.
 */
export const timeShares = {
  ...{ step: 1 / 12, patience: 1 / 12 },
  ...{ unloaded: 1 / 20, search: 0.45, searchInVain: 0.9, confirmation: 0.36 },
  ...{ firstHold: 1 / 4, lastHold: 1 / 3 },
} as const;

/** The overloads that are held, as multiples of the rate that was found. */
export const overloadFactors: readonly number[] = [2, 5];

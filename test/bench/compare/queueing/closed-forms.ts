/**
 * Closed forms of queueing theory, to check the simulation against. Rates are per second, times in
 * ms. Kleinrock, "Queueing Systems", volume 1 (1975).
 */

/** The share of time that each of `servers` is busy. At 1 or more the queue grows without end. */
export function utilisation(perSecond: number, serviceMs: number, servers = 1): number {
  return (perSecond * serviceMs) / 1_000 / servers;
}

/** Mean wait in M/G/1 by Pollaczek and Khinchine; `variation` is the deviation over the mean. */
export function meanWaitMg1(perSecond: number, serviceMs: number, variation: number): number {
  const load = utilisation(perSecond, serviceMs);
  if (load >= 1) return Number.POSITIVE_INFINITY;
  return ((load / (1 - load)) * serviceMs * (1 + variation ** 2)) / 2;
}

/** The chance that an arrival has to wait in M/M/k: Erlang's C formula. */
export function erlangC(perSecond: number, serviceMs: number, servers: number): number {
  const offered = (perSecond * serviceMs) / 1_000;
  if (offered >= servers) return 1;
  // By the recursion of Erlang's B, which neither overflows nor cancels.
  let blocked = 1;
  for (let server = 1; server <= servers; server += 1) {
    blocked = (offered * blocked) / (server + offered * blocked);
  }
  return blocked / (1 - (offered / servers) * (1 - blocked));
}

export function meanWaitMmk(perSecond: number, serviceMs: number, servers: number): number {
  const offered = (perSecond * serviceMs) / 1_000;
  if (offered >= servers) return Number.POSITIVE_INFINITY;
  return (erlangC(perSecond, serviceMs, servers) * serviceMs) / (servers - offered);
}

/** A quantile of the time from arrival to end in M/M/1, which is exponential. */
export function sojournQuantileMm1(
  perSecond: number,
  serviceMs: number,
  probability: number,
): number {
  const load = utilisation(perSecond, serviceMs);
  if (load >= 1) return Number.POSITIVE_INFINITY;
  return (-Math.log(1 - probability) * serviceMs) / (1 - load);
}

/**
 * A quantile of the wait in M/M/k. It is zero with the chance 1 - C, and exponential with the rate
 * kμ - λ otherwise.
 */
export function waitQuantileMmk(
  perSecond: number,
  serviceMs: number,
  servers: number,
  probability: number,
): number {
  const waits = erlangC(perSecond, serviceMs, servers);
  const spareAMs = servers / serviceMs - perSecond / 1_000;
  if (spareAMs <= 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.log(waits / (1 - probability)) / spareAMs);
}

import type { CountedMetric } from "../../../telemetry/figures/figures.ts";

/** Workers push what they have counted in steps: over some seconds the rate is even. */
const windowMs = 5000;

/** How many requests end each second. */
export class RequestPace {
  /** The oldest first; the first one is the latest that is as old as the window, or older. */
  #looks: { readonly clockMs: number; readonly requests: number }[] = [];

  /** @returns 0 at the first look */
  look(counted: readonly CountedMetric[], clockMs: number): number {
    this.#looks.push({ clockMs, requests: requestsIn(counted) });
    while (this.#looks[1] && clockMs - this.#looks[1].clockMs >= windowMs) this.#looks.shift();
    const [first, last] = [this.#looks[0], this.#looks.at(-1)];
    const passedMs = last && first ? last.clockMs - first.clockMs : 0;
    if (!first || !last || passedMs <= 0) return 0;
    return Math.round((1e5 * (last.requests - first.requests)) / passedMs) / 100;
  }
}

function requestsIn(counted: readonly CountedMetric[]): number {
  const metric = counted.find(({ name }) => name === "manycore_worker_requests_total");
  return (metric?.series ?? []).reduce((sum, { numbers }) => sum + (numbers[0] ?? 0), 0);
}

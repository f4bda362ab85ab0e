/** Finds the fewest hosts and cores that keep to what is asked. */
import { quantileOfSorted } from "../../load/statistics/sample.ts";
import type { Slo } from "../plan/sizing-options.ts";
import { makeSlotTimes } from "../queueing/slot-times.ts";
import { type Capacity, layOut, predictPeak } from "./capacity.ts";
import { mostBusy, type Prediction, predict, type Sharing } from "./predict.ts";

export interface Demand {
  /** With headroom. */
  readonly perSecond: number;
  readonly slo: Slo;
  readonly mostCores: number;
  readonly sharing: Sharing;
  readonly seed: number;
}

/** Nobody sizes so many by a simulation. */
export const mostHosts = 10_000;

/** Whether it keeps to the objective, with the simulation's own margin. */
export function meets({ times }: Prediction, { figure, limitMs }: Slo): boolean {
  const told = times?.[figure];
  return told !== undefined && told.ms + told.marginMs <= limitMs;
}

/** How long a run alone takes at this percentile, in ms, on a host with this many cores. */
export function findFloorMs(capacity: Capacity, cores: number, { figure }: Slo): number {
  const service = makeSlotTimes(capacity.runTimes, (1_000 * cores) / predictPeak(capacity, cores));
  if (service.kind !== "samples") return (1_000 * cores) / predictPeak(capacity, cores);
  return quantileOfSorted(
    [...service.values].sort((a, b) => a - b),
    Number(figure.slice(1)) / 100,
  );
}

/**
 * The fewest hosts of at most `mostCores` cores, and of these the fewest cores. Null if no number
 * of hosts does, or only more than `mostHosts`.
 */
export function findSize(capacity: Capacity, demand: Demand): Prediction | null {
  const { sharing, slo, perSecond, seed } = demand;
  const sizes = listPossible(capacity, demand);
  const best = chooseStrongest(capacity, sizes);
  if (best === null) return null;
  /** Null if it is not enough. What seems to be enough is looked at more closely. */
  const attempt = (hosts: number, cores: number): Prediction | null => {
    const setup = { hosts, cores, sharing };
    if (!meets(predict(capacity, setup, demand), slo)) return null;
    const precise = predict(capacity, setup, { perSecond, seed });
    return meets(precise, slo) ? precise : null;
  };
  const countLeast = (cores: number) =>
    Math.max(1, Math.ceil(perSecond / mostBusy / predictPeak(capacity, cores) - 1e-9));
  const hosts = findLeast(countLeast(best), (count) => attempt(count, best) !== null);
  if (hosts === null) return null;
  for (const cores of sizes.filter((size) => countLeast(size) <= hosts)) {
    const found = attempt(hosts, cores);
    if (found !== null) return found;
  }
  return null;
}

/** The size that does most. Past the peak of its law a host does less with more cores. */
export function chooseStrongest(capacity: Capacity, sizes: readonly number[]): number | null {
  const peakOf = (cores: number) => predictPeak(capacity, cores);
  const [first] = sizes;
  if (first === undefined) return null;
  return sizes.reduce((one, other) => (peakOf(other) > peakOf(one) ? other : one), first);
}

/** Sizes of a host on which a run alone is quick enough. */
export function listPossible(
  capacity: Capacity,
  { mostCores, slo }: Pick<Demand, "mostCores" | "slo">,
): readonly number[] {
  const sizes = listSizes(capacity, mostCores);
  return sizes.filter((cores) => findFloorMs(capacity, cores, slo) < slo.limitMs);
}

/** Numbers of cores that the mode can use, in ascending order. */
export function listSizes(capacity: Capacity, most: number): readonly number[] {
  const all = Array.from({ length: most }, (_, index) => index + 1);
  return all.filter((cores) => layOut(capacity, cores) !== null);
}

/** The least count from `from` on that holds, if all after it hold, too. */
function findLeast(from: number, holds: (count: number) => boolean): number | null {
  if (from > mostHosts) return null;
  let [low, high] = [from - 1, from];
  for (let step = 1; !holds(high); step *= 2) {
    if (high === mostHosts) return null;
    low = high;
    high = Math.min(mostHosts, high + step);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

import type { RunTimes } from "../result/run-times.ts";
import type { ServiceTimes } from "./simulated-queue.ts";

/**
 * How long a run holds its slot. The mean is what the peak tells: with every slot busy, that is the
 * time from one run of a slot to its next one. The spread is that of the measured run times. What
 * the mean has more than they, HTTP and the way to a thread, is added to each of them alike.
 *
 * @param runTimes null or undefined takes the same time for all
 * @param slotMs the mean
 */
export function makeSlotTimes(runTimes: RunTimes | null | undefined, slotMs: number): ServiceTimes {
  if (!runTimes || runTimes.values.length === 0) return { kind: "constant", ms: slotMs };
  const { values } = runTimes;
  const runMs = values.reduce((sum, value) => sum + value, 0) / values.length;
  // Runs that share cores can take longer than a slot's share of the peak.
  if (runMs > slotMs) {
    return { kind: "samples", values: values.map((value) => (value * slotMs) / runMs) };
  }
  return { kind: "samples", values: values.map((value) => value + slotMs - runMs) };
}

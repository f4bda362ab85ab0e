import { writeMs, writePerSecond } from "../../command/wording.ts";
import type { Distribution } from "../../load/result.ts";
import { namePercentile, type Percentile, writeTime } from "../../load/statistics/percentiles.ts";
import type { Load, Recovery, Step } from "./result.ts";

/** "p50 12 ms, p99 > 15 s". */
export function writePercentiles(times: Distribution, ...names: readonly Percentile[]): string {
  return names
    .map((name) => `${namePercentile(name)} ${writeTime(times, name, writeMs)}`)
    .join(", ");
}

/** Statuses and error codes with their counts: `200: 312, 503: 4, ECONNRESET: 1`. */
export function describeCounts({ statuses, errors }: Pick<Load, "statuses" | "errors">): string {
  const counts = Object.entries({ ...statuses, ...errors });
  if (counts.length === 0) return "no answers";
  return counts.map(([name, count]) => `${name}: ${count}`).join(", ");
}

/** A finished stretch of load in one line. */
export function writeLoadLine(name: string, load: Load): string {
  const latency =
    load.served === 0 ? "nothing served" : writePercentiles(load.latency, "p50", "p99");
  const rates = `asked ${writePerSecond(load.rate)}, sent ${writePerSecond(load.sentPerSecond)}, served ${writePerSecond(load.servedPerSecond)}`;
  return `${name}: ${rates}; ${latency}; ${describeCounts(load)}`;
}

export function writeStepLine(name: string, step: Step): string {
  const why = step.reasons.length === 0 ? "" : ` (${step.reasons.join("; ")})`;
  const few = step.enough ? "" : `, few requests for its percentiles (${step.requests})`;
  return `${writeLoadLine(name, step)} -> ${nameVerdict(step)}${why}${few}`;
}

export function nameVerdict({ verdict }: Step): string {
  return { met: "met", missed: "missed", invalid: "INVALID", open: "undecided" }[verdict];
}

export function writeRecoveryLine(recovery: Recovery): string {
  const { afterMs } = recovery;
  const when = afterMs === null ? "not back to normal" : `back to normal after ${writeMs(afterMs)}`;
  return `${writeLoadLine("recovery", recovery)} -> ${when}`;
}

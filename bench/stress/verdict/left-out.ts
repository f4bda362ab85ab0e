/** Sentences about what was not measured, and why. */

import { writePerSecond } from "../../command/wording.ts";
import { overloadFactors } from "../options/schedule.ts";
import type { StressResult } from "../result/result.ts";

type Measured = Pick<StressResult, "finding" | "holds" | "recovery" | "plan" | "stopped">;

export function tellLeftOut({ finding, holds, recovery, plan, stopped }: Measured): string[] {
  if (finding === null) return []; // The first sentence says so.
  const { met } = finding;
  if (met === null) {
    return ["No overload and no recovery were measured: there was no rate to start from."];
  }
  const above = overloadFactors.filter((factor) => factor * met > plan.maxRate);
  const none = above.length === overloadFactors.length;
  const missing = overloadFactors.filter(
    (factor) => !above.includes(factor) && !holds.some((hold) => hold.factor === factor),
  );
  const late = [
    ...missing.map((factor) => `the overload at ${factor}x`),
    ...(recovery === null && !none ? ["the recovery"] : []),
  ];
  const why =
    stopped === null ? ` No time was left: raise --max-seconds ${plan.maxMs / 1_000}.` : "";
  return [
    ...above.map((factor) => {
      const asked = writePerSecond(factor * met);
      return `The overload at ${factor}x was left out: ${asked} is above --max-rate ${plan.maxRate}.`;
    }),
    ...(none && recovery === null
      ? ["The recovery was left out, because it follows an overload."]
      : []),
    ...(late.length === 0 ? [] : [`Not measured: ${late.join(", ")}.${why}`]),
  ];
}

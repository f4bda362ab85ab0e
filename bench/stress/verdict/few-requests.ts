import { counted } from "../../../src/config/config.ts";
import type { StressResult } from "../result/result.ts";

/** Fewer requests show little. */
const fewRequests = 10;

/** Begins a finding that rests on a handful of requests. */
export function tellFewRequests({
  finding,
  steps,
}: Pick<StressResult, "finding" | "steps">): string {
  const rests = [finding?.met, finding?.missed].flatMap((rate) => {
    const counts = steps.filter((step) => step.rate === rate).map(({ requests }) => requests);
    return counts.length === 0 ? [] : [Math.max(...counts)];
  });
  const least = Math.min(...rests);
  return least < fewRequests ? `On only ${counted(least, "request")}: ` : "";
}

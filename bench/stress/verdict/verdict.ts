/** The result in sentences that a reader can act on. */

import { writeMs, writePercent, writePerSecond } from "../../command/wording.ts";
import { writeTime } from "../../load/statistics/percentiles.ts";
import { timeShares } from "../options/schedule.ts";
import type { Hold, StressResult } from "../result/result.ts";
import { describeCounts, writePercentiles } from "../result/wording.ts";
import { calmAnswers } from "../run/recovery.ts";
import { findTightestLimitMs, printObjective } from "../search/objective.ts";
import type { Finding } from "../search/search.ts";
import { tellFewRequests } from "./few-requests.ts";
import { tellLeftOut } from "./left-out.ts";

export type UnjudgedStress = Omit<StressResult, "verdict">;

export function tellStressVerdict(result: UnjudgedStress): readonly string[] {
  return [
    `${tellFewRequests(result)}${tellFinding(result)}`,
    ...tellLimits(result),
    ...result.holds.map((hold) => tellHold(hold, result)),
    ...tellRecovery(result),
    ...tellLeftOut(result),
    ...(result.stopped === null
      ? []
      : [`The run ended early: ${result.stopped.reason}. It shows what was measured until then.`]),
  ];
}

function tellFinding(result: UnjudgedStress): string {
  const { finding, objectives, target, unloaded, plan, stopped } = result;
  const asked = objectives.map(printObjective).join(" and ");
  const what = target.task === null ? `${target.method} ${target.path}` : target.task;
  const alone =
    unloaded === null
      ? ""
      : ` Without load an answer takes ${writeTime(unloaded.latency, "p50", writeMs)} (p50).`;
  if (finding === null) return `No rate was found for ${what}: the search did not begin.${alone}`;
  const { outcome, met, missed, undriven } = finding;
  const sure = tellConfirmation(result);
  const rest = sure + alone;
  const atLeast =
    met === null ? "" : `${what} meets ${asked} up to at least ${writePerSecond(met)}`;
  switch (outcome) {
    case "found":
      return `${what} meets ${asked} up to ${writePerSecond(met ?? 0)}, and misses it at ${writePerSecond(missed ?? 0)}.${rest}`;
    case "max-rate":
      return `${atLeast}, which is the most that was allowed: raise --max-rate ${plan.maxRate} to find the limit.${rest}`;
    case "unconfirmed":
      return met === null
        ? `No rate was found that meets ${asked}: short steps did, but longer ones missed it, even at ${writePerSecond(missed ?? 0)}.${alone} Raise ${nameLengthFlag(plan)}.`
        : `${atLeast}, and misses it at ${writePerSecond(missed ?? 0)}.${rest}`;
    case "generator":
      return tellUndriven(finding, atLeast, alone, rest);
    case "none":
      return `${what} does not meet ${asked} even at ${writePerSecond(missed ?? 0)}.${alone} Ask for less by --slo, or make the work smaller.`;
    case "ended": {
      if (met === null && missed === null && undriven !== null) {
        return tellUndriven(finding, atLeast, alone, rest);
      }
      const above =
        missed === null ? "the limit was not reached" : `it misses it at ${writePerSecond(missed)}`;
      const more = stopped === null ? " Raise --max-seconds for a closer answer." : "";
      return met === null
        ? `No rate was found that meets ${asked}: ${above} when the search ended.${alone}${more}`
        : `${atLeast}; ${above} when the search ended.${rest}${more}`;
    }
  }
}

function tellUndriven(
  { met, missed, undriven }: Finding,
  atLeast: string,
  alone: string,
  rest: string,
): string {
  const undrivenAt = `the generator could not drive ${writePerSecond(undriven ?? 0)}`;
  if (met === null) {
    return `No finding: ${undrivenAt}. Give the machine less else to do, or load from another one.${alone}`;
  }
  return missed === null
    ? `${atLeast}; ${undrivenAt}, so the limit may be higher.${rest}`
    : `${atLeast}, and misses it at ${writePerSecond(missed)}; between them ${undrivenAt}.${rest}`;
}

/** Whether a longer step confirmed the rate, and why not. */
function tellConfirmation({ finding, steps, plan, stopped }: UnjudgedStress): string {
  if (finding === null || finding.met === null) return "";
  if (finding.confirmedForMs !== null) {
    return ` A step of ${writeMs(finding.confirmedForMs)} confirmed it.`;
  }
  const tried = steps.findLast(({ confirms }) => confirms);
  if (tried === undefined) {
    const why = stopped === null ? "there was no time for one" : "the run ended before it";
    return ` No longer step confirmed it: ${why}.`;
  }
  if (tried.verdict !== "met" || tried.enough) return " No longer step confirmed it.";
  return ` A step of ${writeMs(tried.durationMs)} agreed, but had only ${tried.requests} requests. 95 % confidence takes ${plan.requestsNeeded}: raise ${nameLengthFlag(plan)}.`;
}

/** The flag that makes steps longer. */
function nameLengthFlag({ longestStepMs, maxMs }: UnjudgedStress["plan"]): string {
  return longestStepMs < timeShares.step * maxMs ? "--step-seconds" : "--max-seconds";
}

/** What weakens the finding. */
function tellLimits({ steps, plan, finding }: UnjudgedStress): string[] {
  const invalid = steps.filter(({ verdict }) => verdict === "invalid");
  // A longer step that confirmed it had enough.
  const few = finding?.confirmedForMs
    ? undefined
    : steps.find((step) => step.rate === finding?.met && step.verdict === "met" && !step.enough);
  return [
    ...[...new Map(invalid.map((step) => [step.rate, step])).values()].map(({ rate, reasons }) => {
      const again = steps.findLast((step) => step.rate === rate)?.verdict !== "invalid";
      const so = again ? "and was measured again" : "and does not count";
      return `A step at ${writePerSecond(rate)} was INVALID ${so}: ${reasons.join("; ")}.`;
    }),
    ...(few === undefined
      ? []
      : [
          `The step at ${writePerSecond(few.rate)} had only ${few.requests} requests. 95 % confidence takes ${plan.requestsNeeded}, so it was judged by the plain percentile. Raise ${nameLengthFlag(plan)} for more.`,
        ]),
  ];
}

function tellHold(hold: Hold, { finding, objectives }: UnjudgedStress): string {
  const best = finding?.met ?? null;
  const known = finding?.outcome === "found";
  const of = known ? "" : " of that lower bound";
  const at = `At ${hold.factor}x${of} (${writePerSecond(hold.rate)})`;
  // A hold that was cut off or not driven has no valid figures.
  if (hold.invalid.length > 0) return `${at} it is INVALID: ${hold.invalid.join("; ")}.`;
  const kept =
    best === null ? "" : ` (${writePercent(hold.servedPerSecond / best)} of the rate above)`;
  const served =
    hold.served === 0
      ? "served nothing"
      : `served ${writePerSecond(hold.servedPerSecond)}${kept}, ${writePercentiles(hold.latency, "p50", "p99")}`;
  const failed =
    hold.failed === 0
      ? "nothing else failed"
      : `${hold.failed} failed otherwise (${describeCounts(hold)})`;
  const limitMs = findTightestLimitMs(objectives) ?? Number.POSITIVE_INFINITY;
  const keptUp =
    hold.refused === 0 &&
    hold.servedPerSecond >= 0.9 * hold.sentPerSecond &&
    hold.latency.p99 !== null &&
    hold.latency.p99 <= limitMs;
  const calm = keptUp ? " It kept up: this was no overload." : "";
  const waited =
    hold.waitedForConnection === 0
      ? ""
      : ` ${hold.waitedForConnection} requests found every connection of the generator busy. Give more --connections to see the server refuse them.`;
  return `${at} it ${served}; ${tellRefusals(hold)}; ${failed}.${calm}${tellLightBeside(hold)}${waited}`;
}

function tellRefusals({ refused, requests, refusals }: Hold): string {
  if (refused === 0) return "it refused nothing";
  const share = `it refused ${writePercent(refused / Math.max(1, requests))} with 503 or 429`;
  if (refusals.refused === 0)
    return `${share} (none of the ${refusals.sampled} sampled requests was refused)`;
  const { retryAfter, withRetryAfter, medianMs } = refusals;
  const range =
    retryAfter === null
      ? ""
      : retryAfter.least === retryAfter.most
        ? ` of ${retryAfter.least} s`
        : ` of ${retryAfter.least} to ${retryAfter.most} s`;
  return `${share}, ${withRetryAfter} of ${refusals.refused} sampled with Retry-After${range}, in ${writeMs(medianMs ?? 0)} (median)`;
}

function tellLightBeside({ light }: Hold): string {
  if (light === null) return "";
  const { answered, requests, waited, latency } = light;
  if (latency === null) {
    return answered === 0
      ? ` GET / beside it: none of ${requests} answered.`
      : ` GET / beside it was not measured: ${waited} of ${requests} requests waited for a connection of the generator.`;
  }
  return ` GET / beside it: ${answered} of ${requests} answered, ${writePercentiles(latency, "p50", "p99")}.`;
}

function tellRecovery({ recovery }: UnjudgedStress): string[] {
  if (recovery === null) return [];
  const { afterMs, normalMs, rate, settledP50 } = recovery;
  const normal = `answers within ${writeMs(normalMs)} and no errors at ${writePerSecond(rate)}`;
  if (afterMs === null && recovery.failed === 0 && recovery.served < calmAnswers) {
    return [
      `Whether it came back to normal (${normal}) is not known: ${recovery.served} answers in ${writeMs(recovery.durationMs)} are too few to tell. It takes ${calmAnswers}: raise --max-seconds.`,
    ];
  }
  if (afterMs === null) {
    return [
      `It did not come back to normal (${normal}) within the ${writeMs(recovery.durationMs)} that it was watched: ${describeCounts(recovery)}.`,
    ];
  }
  const when = afterMs === 0 ? "at once" : `${writeMs(afterMs)} after the overload ended`;
  return [`It was back to normal (${normal}) ${when}; p50 then ${writeMs(settledP50 ?? 0)}.`];
}

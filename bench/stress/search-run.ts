import { notDriven } from "./drive.ts";
import { loadOf, mostRequests } from "./load.ts";
import { fellBehind, missedBy, requestsNeeded } from "./objective.ts";
import type { StressOptions } from "./options.ts";
import type { Load, Step } from "./result.ts";
import { advance, beginSearch, type Finding, findingOf, next } from "./search.ts";
import type { Session } from "./session.ts";
import { stepLine } from "./wording.ts";

const shortestStepMs = 2_000;
const minRate = 0.5;
const tolerance = 0.1;
const maxSteps = 40;
/** The search may take so much of the time: the rest is for the overload and what follows it. */
const searchShare = 0.55;

/** Carries the search of `search.ts` out, step by step. */
export async function searchRate(session: Session, unloaded: Load): Promise<Finding> {
  const { options, stop, measured } = session;
  const { maxRate, maxMs } = options;
  const deadline = performance.now() + searchShare * maxMs;
  let state = beginSearch({
    // Half of what one client alone gets done.
    startRate: 500 / Math.max(0.05, unloaded.latency.p50),
    minRate: Math.min(minRate, maxRate),
    maxRate,
    tolerance,
    maxSteps,
  });
  for (let move = next(state); move.kind === "step"; move = next(state)) {
    if (stop.signal.aborted || performance.now() + stepMs(options, move.rate) > deadline) {
      return findingOf(state, "ended");
    }
    const step = await runStep(session, move.rate);
    measured.steps.push(step);
    if (stop.signal.aborted) return findingOf(state, "ended"); // cut off: it proves nothing
    state = advance(state, move.rate, step.verdict);
    measured.finding = findingOf(state, "ended");
  }
  const last = next(state);
  return last.kind === "done" ? last.finding : findingOf(state, "ended");
}

/** Long enough for the requests that the percentile needs, within bounds. */
function stepMs({ objectives, longestStepMs }: StressOptions, rate: number): number {
  const wantedMs = (1_000 * requestsNeeded(objectives)) / rate;
  return Math.min(longestStepMs, Math.max(shortestStepMs, wantedMs));
}

async function runStep(session: Session, rate: number): Promise<Step> {
  const { range, watcher, measured } = session;
  const { objectives, connections, seed } = session.options;
  const number = measured.steps.length + 1;
  const durationMs = stepMs(session.options, rate);
  watcher.began(`step ${number}`, rate);
  const result = await range.load({
    arrivals: { kind: "poisson", perSecond: rate, seed: seed + number },
    warmupMs: Math.min(1_000, durationMs / 4),
    durationMs,
    connections,
    maxRequests: mostRequests(rate, durationMs),
  });
  const undriven = result.stopped
    ? ["cut off before its end"]
    : notDriven(result, objectives, connections);
  const behind = fellBehind(result.load, result.durationMs);
  const missed = [...missedBy(result.load, objectives), ...(behind === null ? [] : [behind])];
  const verdict = undriven.length > 0 ? "invalid" : missed.length > 0 ? "missed" : "met";
  const step: Step = {
    ...loadOf(rate, result),
    verdict,
    reasons: verdict === "invalid" ? undriven : missed,
    enough: result.load.intended >= requestsNeeded(objectives),
  };
  watcher.finished(stepLine(`step ${number}`, step));
  return step;
}

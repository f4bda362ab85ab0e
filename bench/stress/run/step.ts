/** One step: load at one rate, and whether it met the objectives. */

import { describeLoad } from "../result/load.ts";
import type { Step } from "../result/result.ts";
import { writeStepLine } from "../result/wording.ts";
import { judgeStep } from "../search/judgement.ts";
import { countRequestsNeeded, listLimits } from "../search/objective.ts";
import { countConnections, judgeDrive } from "./drive.ts";
import type { Session } from "./session.ts";

/** Queues fill in this time, which is not measured. At most a quarter of the step. */
const mostWarmupMs = 2_000;
export interface StepPlan {
  readonly rate: number;
  readonly durationMs: number;
  /** Whether it confirms the rate that was found. */
  readonly confirms: boolean;
  /** Whether no longer step follows. If so, a step that shows neither counts as missed. */
  readonly last: boolean;
}

/**
 * The time that a step takes, without the drain after it.
 *
 * @param startMs time to start the generator and to open connections
 */
export function estimateSpanMs(durationMs: number, startMs: number): number {
  return startMs + chooseWarmupMs(durationMs) + durationMs;
}

function chooseWarmupMs(durationMs: number): number {
  return Math.min(mostWarmupMs, durationMs / 4);
}

/** Measures a step, keeps it and reports it. */
export async function runStep(session: Session, plan: StepPlan): Promise<Step> {
  const { range, watcher, measured } = session;
  const { objectives, seed } = session.options;
  const { rate, durationMs, confirms } = plan;
  const number = measured.steps.length + 1;
  const name = `step ${number}${confirms ? ", to confirm" : ""}`;
  const connections = Math.min(session.options.connections, countConnections(rate, objectives));
  watcher.began(name, rate);
  const result = await range.load({
    arrivals: { kind: "poisson", perSecond: rate, seed: seed + number, counted: true },
    warmupMs: chooseWarmupMs(durationMs),
    durationMs,
    connections,
    limitsMs: listLimits(objectives),
  });
  const undriven = result.stopped
    ? ["cut off before its end"]
    : judgeDrive(result, objectives, connections);
  const judged = judgeStep(result.load, result.durationMs, objectives);
  const decided = plan.last && judged.verdict === "open" ? "missed" : judged.verdict;
  const step: Step = {
    ...describeLoad(rate, result),
    verdict: undriven.length > 0 ? "invalid" : decided,
    reasons: undriven.length > 0 ? undriven : judged.reasons,
    enough: result.load.correct >= countRequestsNeeded(objectives),
    confirms,
  };
  measured.steps.push(step);
  watcher.finished(writeStepLine(name, step));
  return step;
}

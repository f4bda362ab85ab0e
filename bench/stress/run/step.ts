/** One step: load at a rate, and whether it met the objectives. */

import { describeLoad } from "../result/load.ts";
import type { Step } from "../result/result.ts";
import { writeStepLine } from "../result/wording.ts";
import { judgeStep } from "../search/judgement.ts";
import { countRequestsNeeded, listLimits } from "../search/objective.ts";
import { countConnections, judgeDrive } from "./drive.ts";
import type { Session } from "./session.ts";

/** Queues fill in this time, which is not measured; a quarter of the step where that is less. */
const mostWarmupMs = 2_000;
export interface StepPlan {
  readonly rate: number;
  readonly durationMs: number;
  /** Whether it confirms what was found. */
  readonly confirms: boolean;
  /** Whether no longer step follows: then data that show neither count as missed. */
  readonly last: boolean;
}

/**
 * All the time that a step takes, but for the drain of what it left behind.
 *
 * @param startMs of the generator's process and of opening connections
 */
export function estimateSpanMs(durationMs: number, startMs: number): number {
  return startMs + chooseWarmupMs(durationMs) + durationMs;
}

function chooseWarmupMs(durationMs: number): number {
  return Math.min(mostWarmupMs, durationMs / 4);
}

/** Measures it, keeps it with what was measured, and tells of it. */
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

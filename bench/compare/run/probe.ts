/** `GET /` beside the load: how often it is asked, and whether its times can be believed. */
import type { ProbePlan } from "../../load/generator/plan.ts";
import type { BenchPlan } from "../plan/plan.ts";
import type { Variant } from "../result/bench-result.ts";
import { probeConnections } from "../result/light.ts";

/** Enough for a p99 of all rounds of --quick, and under a hundredth of a core. */
const mostPerSecond = 50;
/** Its p99 is the third greatest of so many. More would only add to what a run seems to cost. */
const enough = 300;
/**
 * Of them this share would be busy on average if every answer took one run. A worker may be through
 * two before it comes to `GET /`, and a busy machine takes twice as long; a probe that waits for a
 * connection tells nothing.
 */
const mostBusy = 0.15;

type ProbedPlan = Pick<BenchPlan, "connections" | "runMs">;

/**
 * How often: less where runs, and with them the answers to `GET /`, take long, and where there is
 * much time.
 *
 * @param measuredMs how long it asks, in all cells whose times are told as one
 */
export function planProbe(
  { name, workers }: Pick<Variant, "name" | "workers">,
  plan: ProbedPlan,
  measuredMs: number,
) {
  // The cluster of the tutorials computes in its handler: GET / stands in line with all the others.
  const line = name === "tutorial" ? Math.ceil(plan.connections / workers) + 1 : 1;
  const answerMs = line * plan.runMs;
  const perSecond = Math.min(
    mostPerSecond,
    (1_000 * enough) / measuredMs,
    (1_000 * mostBusy * probeConnections) / answerMs,
  );
  return { perSecond: Math.max(0.1, perSecond), connections: probeConnections } satisfies ProbePlan;
}

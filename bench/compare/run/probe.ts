/** How often `GET /` is asked beside the load. */
import type { ProbePlan } from "../../load/generator/plan.ts";
import type { BenchPlan } from "../plan/plan.ts";
import type { Variant } from "../result/bench-result.ts";
import { probeConnections } from "../result/light.ts";

/** Enough for a p99 of all rounds of --quick, at less than a hundredth of a core. */
const mostPerSecond = 50;
/** With this many its p99 is the third greatest. More would only raise the CPU time of a run. */
const enough = 300;
/**
 * Share of these connections that would be busy if every answer took one run. A worker may finish
 * two runs before it comes to `GET /`, and a busy machine takes twice as long. A probe that waits
 * for a connection measures nothing.
 */
const mostBusy = 0.15;

type ProbedPlan = Pick<BenchPlan, "connections" | "runMs">;

/**
 * Plans the probe. It asks less often if runs are long, or if there is much time.
 *
 * @param measuredMs how long it asks, over all cells whose times are reported as one
 */
export function planProbe(
  { name, workers }: Pick<Variant, "name" | "workers">,
  plan: ProbedPlan,
  measuredMs: number,
) {
  // The tutorials' server computes in its handler: GET / waits in line with all other requests.
  const line = name === "tutorial" ? Math.ceil(plan.connections / workers) + 1 : 1;
  const answerMs = line * plan.runMs;
  const perSecond = Math.min(
    mostPerSecond,
    (1_000 * enough) / measuredMs,
    (1_000 * mostBusy * probeConnections) / answerMs,
  );
  return { perSecond: Math.max(0.1, perSecond), connections: probeConnections } satisfies ProbePlan;
}

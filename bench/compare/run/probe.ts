/** `GET /` beside the load: how often it is asked, and whether its times can be believed. */
import type { ProbePlan } from "../../load/generator/plan.ts";
import type { Distribution, LoadResult } from "../../load/generator/result.ts";
import { poolTimes } from "../../load/statistics/percentiles.ts";
import type { BenchPlan } from "../plan/plan.ts";
import type { Light, Variant } from "../result/bench-result.ts";

/** Enough for a p99 of all rounds of --quick, and under a hundredth of a core. */
const mostPerSecond = 50;
/** Its p99 is the third greatest of so many. More would only add to what a run seems to cost. */
const enough = 300;
/** Kept-alive connections of the probe's own. */
const connections = 8;
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
export function probeOf(
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
    (1_000 * mostBusy * connections) / answerMs,
  );
  return { perSecond: Math.max(0.1, perSecond), connections } satisfies ProbePlan;
}

export interface ProbeSample {
  readonly latency: Distribution;
  /** Requests that were due in the measured time, and those of them that had no free connection. */
  readonly asked: number;
  readonly waited: number;
}

/** Null where no request was answered. */
export function probeSample({ probe }: Pick<LoadResult, "probe">): ProbeSample | null {
  if (probe === null || probe.correct === 0) return null;
  const { latency, intended, waitedForConnection } = probe;
  return { latency, asked: intended, waited: waitedForConnection };
}

/** When the whole machine stalls a few have to wait, which adds nothing to their times. */
const mostWaited = 0.05;

/** Of all cells together; null, with the reason, where there are no times or they tell nothing. */
export function lightOf(cells: readonly (ProbeSample | null)[]): Light {
  const samples = cells.filter((sample) => sample !== null);
  const lightReason = probeFault(samples);
  const light = lightReason === null ? poolTimes(samples.map(({ latency }) => latency)) : null;
  return { light, lightReason };
}

/** Why its times may not be believed; null where they may. */
function probeFault(samples: readonly ProbeSample[]): string | null {
  const asked = samples.reduce((sum, sample) => sum + sample.asked, 0);
  const waited = samples.reduce((sum, sample) => sum + sample.waited, 0);
  if (waited <= mostWaited * asked) return null;
  return `${waited} of ${asked} requests of GET / waited for one of the probe's ${connections} connections: its times would be those of the queue for them`;
}

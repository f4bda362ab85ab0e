import type { LoadResult } from "../../load/result.ts";
import { judgeGenerator } from "../../load/statistics/validity.ts";
import { findTightestLimitMs, type Objective } from "../search/objective.ts";

/** As a share of the tightest latency objective. The lag is in the latency already. */
const tolerableLagShare = 0.1;

/** Connections for this many times the requests that are under way within the objective. */
const spare = 4;
const leastConnections = 16;

/**
 * By Little's law a server within the limit has at most rate x limit requests under way. With a few
 * times as many connections an arrival seldom takes a busy one.
 */
export function countConnections(rate: number, objectives: readonly Objective[]): number {
  return Math.max(leastConnections, Math.ceil(spare * countUnderWay(rate, objectives)));
}

function countUnderWay(rate: number, objectives: readonly Objective[]): number {
  return (rate * (findTightestLimitMs(objectives) ?? 1_000)) / 1_000;
}

/**
 * Why a step may show the generator's limits and not the server's. Empty if it does not.
 *
 * @param connections the most that the generator had
 */
export function judgeDrive(
  result: LoadResult,
  objectives: readonly Objective[],
  connections: number,
): readonly string[] {
  const limitMs = findTightestLimitMs(objectives) ?? 0;
  const reasons = judgeGenerator(result, tolerableLagShare * limitMs);
  const { load, durationMs } = result;
  // If there are fewer connections than requests under way within the limit, the connections are
  // the bottleneck.
  const enough = countUnderWay((1_000 * load.intended) / Math.max(1, durationMs), objectives);
  if (load.waitedForConnection > 0 && connections < enough) {
    reasons.push(
      `${load.waitedForConnection} requests waited for one of the ${connections} connections (give --connections ${Math.ceil(enough)} or more)`,
    );
  }
  return reasons;
}

/** `GET /` beside the load, and whether its times are valid. */
import type { Distribution, LoadResult } from "../../load/result.ts";
import { poolTimes } from "../../load/statistics/percentiles.ts";
import type { LightTimes } from "./bench-result.ts";

/** Kept-alive connections of the probe's own. */
export const probeConnections = 8;

export interface ProbeSample {
  readonly latency: Distribution;
  /** Requests that were due in the measured time, and how many of them had no free connection. */
  readonly asked: number;
  readonly waited: number;
}

/** Null where no request was answered. */
export function takeProbeSample({ probe }: Pick<LoadResult, "probe">): ProbeSample | null {
  if (probe === null || probe.correct === 0) return null;
  const { latency, intended, waitedForConnection } = probe;
  return { latency, asked: intended, waited: waitedForConnection };
}

/** If the whole machine stalls, a few requests wait. That adds nothing to their times. */
const mostWaited = 0.05;

/** All cells as one. Null, with the reason, if there are no valid times. */
export function poolLight(cells: readonly (ProbeSample | null)[]): LightTimes {
  const samples = cells.filter((sample) => sample !== null);
  const lightReason = findProbeFault(samples);
  const light = lightReason === null ? poolTimes(samples.map(({ latency }) => latency)) : null;
  return { light, lightReason };
}

/** Why its times are not valid. Null if they are. */
function findProbeFault(samples: readonly ProbeSample[]): string | null {
  const asked = samples.reduce((sum, sample) => sum + sample.asked, 0);
  const waited = samples.reduce((sum, sample) => sum + sample.waited, 0);
  if (waited <= mostWaited * asked) return null;
  return `${waited} of ${asked} requests of GET / waited for one of the probe's ${probeConnections} connections: its times would be those of the queue for them`;
}

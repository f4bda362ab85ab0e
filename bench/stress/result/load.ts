import type { LoadResult, StreamResult } from "../../load/result.ts";
import type { LightAnswers, Load } from "./result.ts";

/** A run of the generator, in the form of the stress result. */
export function describeLoad(rate: number, result: LoadResult): Load {
  const { load, probe, durationMs, generator } = result;
  return {
    rate,
    sentPerSecond: durationMs > 0 ? (1_000 * load.intended) / durationMs : 0,
    servedPerSecond: load.throughputPerSecond,
    durationMs,
    requests: load.intended,
    served: load.correct,
    refused: load.tolerated,
    failed: load.wrong + load.unexpected + load.failed,
    unanswered: load.unanswered,
    statuses: load.statuses,
    errors: { ...load.errors, ...(load.wrong > 0 ? { WRONG_RESULT: load.wrong } : {}) },
    latency: load.latency,
    service: load.service,
    light: probe === null ? null : describeLight(probe),
    waitedForConnection: load.waitedForConnection,
    generator,
    intervals: load.intervals,
  };
}

/** As a share of the probe's requests. If more had to wait, its p99 shows its own queue. */
const mostWaiting = 0.01;

function describeLight(probe: StreamResult): LightAnswers {
  const { intended, unanswered, correct, latency, waitedForConnection: waited } = probe;
  const itself = correct > 0 && waited <= mostWaiting * intended;
  return {
    ...{ requests: intended - unanswered, answered: correct, waited },
    latency: itself ? latency : null,
  };
}

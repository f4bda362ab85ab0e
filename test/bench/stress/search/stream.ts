/** Results of the generator for tests. All is well, except for what is given. */
import type { Distribution, LoadResult, StreamResult } from "../../../../bench/load/result.ts";

/** Nothing was given up on. */
const answered = { givenUp: 0, givenUpMs: null };

export const steady: Distribution = {
  count: 100,
  ...answered,
  mean: 10,
  p50: 10,
  p75: 11,
  p90: 12,
  p95: 13,
  p99: 20,
  p999: 25,
  max: 30,
};

export function stream(given: Partial<StreamResult> = {}): StreamResult {
  return {
    intended: 1_000,
    correct: 1_000,
    wrong: 0,
    unexpected: 0,
    tolerated: 0,
    failed: 0,
    unanswered: 0,
    statuses: { 200: 1_000 },
    errors: {},
    workers: {},
    retried: 0,
    stray: 0,
    connectionsOpened: 10,
    waitedForConnection: 0,
    throughputPerSecond: 100,
    latency: steady,
    service: steady,
    overLimit: [],
    runTimes: [],
    scheduleLag: { ...steady, p99: 1 },
    little: { meanInSystem: 1, departuresPerSecond: 100, meanTimeInSystemMs: 10 },
    intervals: [],
    ...given,
  };
}

/** Ten seconds of it. */
export function loadResult(given: Partial<StreamResult> = {}, coreShare = 0.1): LoadResult {
  return {
    load: stream(given),
    probe: null,
    durationMs: 10_000,
    generator: { userUs: 1, systemUs: 1, perRequestUs: 10, coreShare },
    stopped: false,
  };
}

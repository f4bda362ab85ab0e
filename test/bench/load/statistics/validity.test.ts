import { describe, expect, test } from "vitest";
import type { Distribution, LoadResult, StreamResult } from "../../../../bench/load/result.ts";
import { checkLittle } from "../../../../bench/load/statistics/little.ts";
import { judgeRun } from "../../../../bench/load/statistics/validity.ts";

const answered = { givenUp: 0, givenUpMs: null };
const quick: Distribution = {
  ...{
    count: 1_000,
    ...answered,
    mean: 50,
    p50: 50,
    p75: 60,
    p90: 70,
    p95: 80,
    p99: 90,
    p999: 95,
    max: 99,
  },
};

const stream: StreamResult = {
  ...{ intended: 1_000, correct: 1_000, wrong: 0, unexpected: 0, tolerated: 0, failed: 0 },
  ...{ unanswered: 0, statuses: { 200: 1_000 }, errors: {}, workers: {}, retried: 0, stray: 0 },
  ...{ connectionsOpened: 8, waitedForConnection: 0, throughputPerSecond: 100 },
  latency: quick,
  service: quick,
  overLimit: [],
  runTimes: [],
  scheduleLag: { ...quick, p99: 1.2, max: 3 },
  little: { meanInSystem: 5, departuresPerSecond: 100, meanTimeInSystemMs: 50 },
  intervals: [],
};

const good: LoadResult = {
  load: stream,
  probe: { ...stream, correct: 200, intended: 200 },
  durationMs: 10_000,
  generator: { userUs: 1e6, systemUs: 1e6, perRequestUs: 2_000, coreShare: 0.2 },
  stopped: false,
};

function reasons(change: Partial<LoadResult>): readonly string[] {
  const validity = judgeRun({ ...good, ...change });
  return validity.valid ? [] : validity.reasons;
}

test("past the capacity the queue grows all along, and Little's law is not asked for", () => {
  const little = { meanInSystem: 50, departuresPerSecond: 100, meanTimeInSystemMs: 50 };
  const growing = { ...good, load: { ...stream, little } };
  expect(judgeRun(growing).valid).toBe(false);
  expect(judgeRun(growing, { steady: false, edges: 1 })).toEqual({ valid: true });
});

test("a clean run is valid", () => {
  expect(judgeRun(good)).toEqual({ valid: true });
});

describe("a run is not valid", () => {
  test.each<[string, Partial<LoadResult>, RegExp]>([
    [
      "with a busy generator",
      { generator: { ...good.generator, coreShare: 0.85 } },
      /generator used 85 % of a core/,
    ],
    [
      "behind its schedule",
      { load: { ...stream, scheduleLag: { ...quick, p99: 25 } } },
      /fell behind its schedule: .* 25\.0 ms/,
    ],
    [
      "with errors",
      { load: { ...stream, failed: 3, errors: { ECONNRESET: 2, TIMEOUT: 1 } } },
      /3 requests failed \(ECONNRESET: 2, TIMEOUT: 1\)/,
    ],
    ["with wrong bodies", { load: { ...stream, wrong: 1 } }, /1 answers had a wrong body/],
    [
      "with a bad status",
      { load: { ...stream, unexpected: 4, statuses: { 200: 996, 503: 4 } } },
      /unexpected status \(200: 996, 503: 4\)/,
    ],
    ["with stray bytes", { load: { ...stream, stray: 1 } }, /not asked for/],
    ["without an answer", { load: { ...stream, correct: 0 } }, /no answer was correct/],
    ["with unanswered requests", { load: { ...stream, unanswered: 2 } }, /2 requests were not/],
    ["with a failed probe", { probe: { ...stream, failed: 1 } }, /^probe: 1 requests failed/],
    ["that was stopped", { stopped: true }, /stopped before its end/],
    [
      "with a growing queue",
      { load: { ...stream, little: { ...stream.little, meanInSystem: 40 } } },
      /Little's law does not hold: 40\.00 .* 5\.00/,
    ],
  ])("%s", (_what, change, reason) => {
    expect(reasons(change)).toEqual([expect.stringMatching(reason)]);
  });

  test("for every reason at once", () => {
    expect(reasons({ stopped: true, load: { ...stream, wrong: 1, failed: 1 } })).toHaveLength(3);
  });
});

test("a lag does not matter beside a long latency", () => {
  const slow = { ...quick, p50: 1_000 };
  const load = { ...stream, latency: slow, scheduleLag: { ...quick, p99: 25 } };
  expect(reasons({ load })).toEqual([]);
});

describe("Little's law", () => {
  const figures = { meanInSystem: 10, departuresPerSecond: 100, meanTimeInSystemMs: 100 };

  test("holds to 5 %, and a little more where requests are long for the window", () => {
    expect(checkLittle(figures, 10_000)).toMatchObject({ holds: true, expected: 10, error: 0 });
    const off = { ...figures, meanInSystem: 11 };
    expect(checkLittle(off, 10_000).holds).toBe(false);
    expect(checkLittle(off, 1_000).holds).toBe(true);
    expect(checkLittle({ ...figures, meanInSystem: 20 }, 100).holds).toBe(false);
    expect(checkLittle({ ...figures, meanInSystem: 12 }, 2_000).holds).toBe(false);
    expect(checkLittle({ ...figures, meanInSystem: 12 }, 2_000, 3).holds).toBe(true);
  });

  test("holds where nothing happened", () => {
    const nothing = { meanInSystem: 0, departuresPerSecond: 0, meanTimeInSystemMs: 0 };
    expect(checkLittle(nothing, 1_000).holds).toBe(true);
  });
});

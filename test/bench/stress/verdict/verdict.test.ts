import { describe, expect, test } from "vitest";
import { renderStressReport } from "../../../../bench/stress/report/report.ts";
import { describeLoad } from "../../../../bench/stress/result/load.ts";
import type { Hold, Step } from "../../../../bench/stress/result/result.ts";
import { parseObjectives } from "../../../../bench/stress/search/objective.ts";
import { describeRefusals } from "../../../../bench/stress/target/refusals.ts";
import { writeSummary } from "../../../../bench/stress/terminal/summary.ts";
import {
  tellStressVerdict,
  type UnjudgedStress,
} from "../../../../bench/stress/verdict/verdict.ts";
import { loadResult } from "../search/stream.ts";

const load = (rate: number, given = {}) => describeLoad(rate, loadResult(given));
const step: Step = { ...load(40), verdict: "met", reasons: [], enough: true, confirms: false };
const hold: Hold = {
  ...load(80, { intended: 800, correct: 400, tolerated: 400, throughputPerSecond: 38 }),
  factor: 2,
  refusals: {
    sampled: 9,
    refused: 5,
    withRetryAfter: 5,
    retryAfter: { least: 1, most: 3 },
    medianMs: 4,
  },
  invalid: [],
};

const known = { met: 40, missed: 44, undriven: null };

const result: UnjudgedStress = {
  format: "manycore-stress",
  formatVersion: 1,
  command: "npm run stress --",
  startedAt: "2026-03-01T12:30:00.000Z",
  durationMs: 60_000,
  stopped: null,
  environment: {
    manycore: "0.1.0",
    node: "v26.0.0",
    v8: "14",
    openssl: "3.5",
    platform: "linux x64",
    kernel: "6",
    cpu: "<cpu>",
    cores: 2,
    memoryBytes: 1e9,
    loadAverage: 0,
  },
  target: {
    url: "http://127.0.0.1:1/",
    method: "POST",
    path: "/tasks/hash",
    task: "hash",
    input: {},
    manycore: true,
    serverFlags: [],
    checked: "status and result",
  },
  objectives: parseObjectives(["p99=200ms"]),
  plan: {
    maxRate: 10_000,
    maxMs: 240_000,
    connections: 1,
    requestsNeeded: 299,
    longestStepMs: 1,
    holdMs: 1,
    seed: 1,
  },
  unloaded: load(60),
  steps: [step],
  finding: { outcome: "found", met: 40, missed: 44, undriven: null, confirmedForMs: 20_000 },
  holds: [hold],
  recovery: { ...load(10), afterMs: 1_200, normalMs: 200, settledP50: 9 },
};

const text = (given: Partial<UnjudgedStress> = {}) =>
  tellStressVerdict({ ...result, ...given }).join("\n");

describe("the verdict", () => {
  test("says the rate, how the server sheds, and when it is back", () => {
    expect(tellStressVerdict(result)[0]).toBe(
      "hash meets p99=200ms and errors=1% up to 40/s, and misses it at 44/s. A step of 20 s confirmed it. Without load an answer takes 10 ms (p50).",
    );
    expect(text()).toContain("served 38/s (95 % of the rate above)");
    expect(text()).toContain(
      "refused 50 % with 503 or 429, 5 of 5 sampled with Retry-After of 1 to 3 s",
    );
    expect(text()).toContain("1.2 s after the overload ended");
  });

  test.each([
    ["max-rate", { met: 10_000, missed: null, undriven: null }, "raise --max-rate 10000"],
    ["none", { met: null, missed: 0.5, undriven: null }, "does not meet p99=200ms"],
    ["generator", { met: 40, missed: null, undriven: 80 }, "could not drive 80/s"],
    ["generator", { met: 40, missed: 50, undriven: 45 }, "misses it at 50/s; between them"],
    ["generator", { met: null, missed: null, undriven: 80 }, "No finding"],
    ["ended", { met: 40, missed: null, undriven: null }, "up to at least 40/s"],
    ["ended", { met: null, missed: 5, undriven: null }, "No rate was found"],
    ["ended", { met: null, missed: null, undriven: 20 }, "No finding: the generator could not"],
    ["unconfirmed", { met: 30, missed: 33, undriven: null }, "up to at least 30/s, and misses"],
    [
      "unconfirmed",
      { met: null, missed: 33, undriven: null },
      "longer ones missed it, even at 33/s",
    ],
  ] as const)("%s is told as what it is", (outcome, known, words) => {
    expect(text({ finding: { outcome, ...known, confirmedForMs: null } })).toContain(words);
  });

  test("a rate that no longer step confirmed is said to be none that is known, and why", () => {
    const finding = { ...known, outcome: "unconfirmed", confirmedForMs: null } as const;
    expect(text({ finding })).toContain("No longer step confirmed it: there was no time for one.");
    expect(text({ finding })).toContain("At 2x of that lower bound (80/s)");
    const tried = { ...step, enough: false, confirms: true };
    expect(text({ finding, steps: [tried] })).toContain("takes 299: raise --step-seconds");
    // Where the steps are as long as the time allows, longer ones take more of that.
    const short = { ...result.plan, longestStepMs: 20_000 };
    expect(text({ finding, steps: [tried], plan: short })).toContain("raise --max-seconds");
  });

  test("what kept up was no overload; what served nearly all, seconds late, was one", () => {
    const calm = { ...hold, refused: 0, servedPerSecond: hold.sentPerSecond };
    expect(text({ holds: [calm] })).toContain("It kept up: this was no overload.");
    const late = { ...calm, latency: { ...calm.latency, p99: 900 } };
    expect(text({ holds: [late] })).not.toContain("kept up");
  });

  test("an overload that was cut off has no figures", () => {
    const words = text({ holds: [{ ...hold, invalid: ["cut off before its end"] }] });
    expect(words).toContain("At 2x (80/s) it is INVALID: cut off before its end.");
    expect(words).not.toContain("served");
  });

  test("GET / whose requests waited for each other is not told as a figure", () => {
    const waited = { requests: 100, answered: 90, waited: 30, latency: null };
    const words = text({ holds: [{ ...hold, light: waited }] });
    expect(words).toContain("not measured: 30 of 100 requests waited for a connection");
  });

  test("an INVALID step is said to be no finding, and why", () => {
    const invalid: Step = { ...step, verdict: "invalid", reasons: ["it was late"] };
    expect(text({ steps: [invalid] })).toContain(
      "A step at 40/s was INVALID and does not count: it was late.",
    );
  });

  test("one that was measured again is not said to be no part of the finding", () => {
    const invalid: Step = { ...step, verdict: "invalid", reasons: ["it was late"] };
    expect(text({ steps: [invalid, step] })).toContain(
      "A step at 40/s was INVALID and was measured again: it was late.",
    );
  });

  test("too few requests, an early end and no recovery are not passed over", () => {
    const few = { ...step, enough: false };
    expect(text({ steps: [few] })).not.toContain("takes 299"); // a longer step had enough
    const finding = { ...known, outcome: "unconfirmed", confirmedForMs: null } as const;
    expect(text({ steps: [few], finding })).toContain("had only 1000 requests. 95 % confidence");
    expect(text({ stopped: { reason: "ended by SIGINT" } })).toContain("ended by SIGINT");
    const recovery = { ...load(10), afterMs: null, normalMs: 200, settledP50: null };
    expect(text({ recovery })).toContain("did not come back to normal");
    const short = { ...recovery, served: 8, failed: 0 };
    expect(text({ recovery: short })).toContain("is not known: 8 answers in");
  });

  test("a phase that was left out is told, with the reason", () => {
    expect(text()).toContain("Not measured: the overload at 5x. No time was left: raise --max-sec");
    const five = { ...hold, factor: 5 };
    expect(text({ holds: [hold, five] })).not.toMatch(/Not measured|left out/);
    expect(text({ holds: [hold, five], recovery: null })).toContain("Not measured: the recovery.");
    expect(text({ holds: [], recovery: null })).toContain(
      "Not measured: the overload at 2x, the overload at 5x, the recovery. No time was left",
    );
    const low = { ...result.plan, maxRate: 100 };
    expect(text({ plan: low })).toContain("at 5x was left out: 200/s is above --max-rate 100.");
    const lowest = { holds: [], recovery: null, plan: { ...low, maxRate: 50 } };
    expect(text(lowest)).toContain("The recovery was left out");
    const nothing = { outcome: "none", met: null, missed: 1, undriven: null } as const;
    const finding = { ...nothing, confirmedForMs: null };
    expect(text({ finding, holds: [], recovery: null })).toContain("No overload and no recovery");
  });

  test("an answer that rests on a handful of requests opens with that", () => {
    const few = { ...step, requests: 9, enough: false };
    expect(text({ steps: [few] })).toMatch(/^On only 9 requests: hash meets/);
    expect(text({ steps: [few, step] })).toMatch(/^hash meets/);
    const missed = { ...few, rate: 44, requests: 1, verdict: "missed" } as const;
    expect(text({ steps: [step, missed] })).toMatch(/^On only 1 request: hash meets/);
  });

  test("there are words, a table and a page for a run of which nothing was measured", () => {
    const empty = { unloaded: null, steps: [], finding: null, holds: [], recovery: null };
    const whole = { ...result, ...empty, verdict: tellStressVerdict({ ...result, ...empty }) };
    expect(writeSummary(whole)).toContain("the search did not begin");
    expect(renderStressReport(whole)).toContain("The search did not begin.");
  });

  test("the page holds the result, and escapes what it shows", () => {
    const page = renderStressReport({ ...result, verdict: tellStressVerdict(result) });
    expect(page).toContain("&lt;cpu&gt;");
    expect(page).not.toContain("<cpu>");
    const [, json = ""] =
      /<script type="application\/json" id="result">(.*?)<\/script>/s.exec(page) ?? [];
    expect(JSON.parse(json)).toMatchObject({ finding: result.finding });
  });
});

test("refusals are told apart by their status, and Retry-After by whether it is there", () => {
  const answers = [
    { status: 200, headers: {}, ms: 50 },
    { status: 503, headers: { "retry-after": "2" }, ms: 4 },
    { status: 429, headers: { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }, ms: 6 },
    { status: 503, headers: {}, ms: 8 },
  ];
  expect(describeRefusals(answers)).toEqual({
    sampled: 4,
    refused: 3,
    withRetryAfter: 2,
    retryAfter: { least: 2, most: 2 },
    medianMs: 6,
  });
  expect(describeRefusals([])).toMatchObject({ refused: 0, retryAfter: null, medianMs: null });
});

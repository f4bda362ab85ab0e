import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chooseTrial,
  makeUnconfirmed,
  type Trial,
} from "../../../../bench/stress/search/confirmation.ts";
import type { Finding, StepVerdict } from "../../../../bench/stress/search/search.ts";

const found: Finding = {
  ...{ outcome: "found", met: 100, missed: 108, undriven: null, confirmedForMs: null },
};
const metRates = [25, 50, 100];

/** Confirms on a simulated server. */
function confirm(tellStressVerdict: (rate: number, trial: number) => StepVerdict, from = found) {
  const trials: Trial[] = [];
  for (;;) {
    const move = chooseTrial(from, metRates, trials);
    if (move.kind === "done") return { finding: move.finding, trials };
    const verdict = tellStressVerdict(move.rate, trials.length);
    trials.push({ rate: move.rate, verdict, enough: true, durationMs: 20_000 });
  }
}

describe("confirming a rate", () => {
  test("takes one longer step where that one meets the objectives", () => {
    const { finding, trials } = confirm(() => "met");
    expect(trials).toHaveLength(1);
    expect(finding).toEqual({ ...found, confirmedForMs: 20_000 });
  });

  test("goes down a notch where it misses, and says what was missed", () => {
    const { finding } = confirm((rate) => (rate > 95 ? "missed" : "met"));
    expect(finding.outcome).toBe("found");
    expect(finding.met).toBeCloseTo(100 / 1.1);
    expect(finding.missed).toBe(100);
  });

  test("gives up after two notches, and keeps what a step met below", () => {
    const { finding, trials } = confirm(() => "missed");
    expect(trials).toHaveLength(3);
    expect(finding).toMatchObject({ outcome: "unconfirmed", met: 50, confirmedForMs: null });
    expect(finding.missed).toBeCloseTo(100 / 1.21);
  });

  test("is none with too few requests, or where the generator did not drive it, twice", () => {
    const few: Trial = { rate: 100, verdict: "met", enough: false, durationMs: 20_000 };
    const move = chooseTrial(found, metRates, [few]);
    expect(move).toMatchObject({ finding: { outcome: "unconfirmed", met: 100 } });
    const { finding, trials } = confirm(() => "invalid");
    expect(trials).toHaveLength(2);
    expect(finding).toMatchObject({ outcome: "unconfirmed", met: 100, missed: 108 });
  });

  test("leaves the bound that ended the search, unless it finds a lower one", () => {
    const bound: Finding = { ...found, outcome: "max-rate", missed: null };
    expect(confirm(() => "met", bound).finding.outcome).toBe("max-rate");
    expect(confirm((rate) => (rate > 95 ? "missed" : "met"), bound).finding.outcome).toBe("found");
    expect(makeUnconfirmed(bound, metRates, []).outcome).toBe("max-rate");
  });

  test("ends, and never calls a rate met that a longer step missed, whatever they say", () => {
    const verdict = fc.constantFrom<StepVerdict>("met", "missed", "invalid");
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 9, maxLength: 9 }), (verdicts) => {
        const { finding, trials } = confirm((_rate, trial) => verdicts[trial] ?? "missed");
        const missed = trials.filter((trial) => trial.verdict === "missed");
        for (const { rate } of missed) {
          if (finding.met !== null) expect(finding.met).toBeLessThan(rate);
        }
        const last = trials.at(-1);
        expect(finding.confirmedForMs !== null).toBe(last?.verdict === "met");
      }),
    );
  });
});

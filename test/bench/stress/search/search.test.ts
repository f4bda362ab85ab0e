import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  advance,
  beginSearch,
  chooseNext,
  type Finding,
  type SearchLimits,
  type StepVerdict,
} from "../../../../bench/stress/search/search.ts";

const limits: SearchLimits = {
  startRate: 10,
  minRate: 0.5,
  maxRate: 10_000,
  tolerance: 0.1,
  maxSteps: 60,
};

/** Searches a simulated server: the verdict of a step by its rate and its place. */
function search(tellStressVerdict: (rate: number, step: number) => StepVerdict, given = limits) {
  let state = beginSearch(given);
  const rates: number[] = [];
  for (let move = chooseNext(state); ; move = chooseNext(state)) {
    if (move.kind === "done") return { finding: move.finding, rates };
    rates.push(move.rate);
    state = advance(state, move.rate, tellStressVerdict(move.rate, rates.length));
  }
}

const capacityOf = (capacity: number) => (rate: number) => (rate <= capacity ? "met" : "missed");

describe("the search", () => {
  test("finds the capacity of a server within its tolerance, and stays within its bounds", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 9_000, noNaN: true }),
        fc.double({ min: 0.01, max: 50_000, noNaN: true }),
        fc.double({ min: 0.02, max: 0.5, noNaN: true }),
        (capacity, startRate, tolerance) => {
          const given = { ...limits, startRate, tolerance };
          const { finding, rates } = search(capacityOf(capacity), given);
          expect(finding.outcome).toBe("found");
          expect(finding.met).toBeLessThanOrEqual(capacity);
          expect(finding.missed).toBeGreaterThan(capacity);
          expect(Number(finding.missed) / Number(finding.met)).toBeLessThanOrEqual(1 + tolerance);
          expect(Math.max(...rates)).toBeLessThanOrEqual(given.maxRate);
          expect(Math.min(...rates)).toBeGreaterThanOrEqual(given.minRate);
        },
      ),
    );
  });

  test("ends, within its bounds and with a bracket that it has seen, whatever the steps say", () => {
    const verdict = fc.constantFrom<StepVerdict>("met", "missed", "invalid");
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 60, maxLength: 60 }), (verdicts) => {
        const seen = new Map<number, StepVerdict[]>();
        const { finding, rates } = search((rate, step) => {
          const said = verdicts[step - 1] ?? "missed";
          seen.set(rate, [...(seen.get(rate) ?? []), said]);
          return said;
        });
        expect(rates.length).toBeLessThanOrEqual(limits.maxSteps);
        expect(rates.every((rate) => rate >= 0.5 && rate <= 10_000)).toBe(true);
        expectSeen(finding, seen);
      }),
    );
  });

  test("says that it was the bound which ended it", () => {
    expect(search(() => "met").finding).toMatchObject({ outcome: "max-rate", met: 10_000 });
    expect(search(() => "missed").finding).toMatchObject({ outcome: "none", met: null });
    expect(search(capacityOf(700), { ...limits, maxSteps: 3 }).finding).toMatchObject({
      outcome: "ended",
      met: 40,
      missed: null,
    });
  });

  test("repeats a step that was not driven once, and takes it for no finding", () => {
    const once = search((rate, step) => (step === 2 ? "invalid" : capacityOf(25)(rate)));
    expect(once.rates.slice(0, 4)).toEqual([10, 20, 20, 40]);
    expect(once.finding).toMatchObject({ outcome: "found", undriven: null });
    const always = search((rate) => (rate > 100 ? "invalid" : "met"));
    expect(always.rates).toEqual([10, 20, 40, 80, 160, 160]);
    expect(always.finding).toMatchObject({
      outcome: "generator",
      met: 80,
      missed: null,
      undriven: 160,
    });
  });

  test("looks below the first rate when that one was not driven", () => {
    const { finding, rates } = search((rate) => (rate >= 10 ? "invalid" : "met"));
    expect(rates).toEqual([10, 10, 5]);
    expect(finding).toMatchObject({ outcome: "generator", met: 5, undriven: 10 });
  });
});

function expectSeen(finding: Finding, seen: ReadonlyMap<number, readonly StepVerdict[]>): void {
  const said = (rate: number | null) => (rate === null ? undefined : seen.get(rate));
  if (finding.met !== null) expect(said(finding.met)).toContain("met");
  if (finding.missed !== null) expect(said(finding.missed)).toContain("missed");
  if (finding.undriven !== null) expect(said(finding.undriven)).toEqual(["invalid", "invalid"]);
  if (finding.met !== null && finding.missed !== null) {
    expect(finding.met).toBeLessThan(finding.missed);
  }
}

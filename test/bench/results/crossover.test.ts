import { describe, expect, test } from "vitest";
import { crossoverOf } from "../../../bench/results/crossover.ts";
import type { CrossoverSample } from "../../../bench/run/collected.ts";

type Rates = readonly [single: number, cluster: number, threads: number];

function samples(axis: CrossoverSample["axis"], byX: Readonly<Record<string, Rates>>) {
  return Object.entries(byX).flatMap(([x, [single, cluster, threads]]) =>
    Object.entries({ single, cluster, threads }).map(([variant, runsPerSecond]) => ({
      ...{ axis, x: Number(x), variant, runsPerSecond },
    })),
  );
}

const lengths = {
  "0.05": [9000, 12000, 5000],
  "1": [900, 1700, 1300],
  "20": [49, 98, 97],
} as const;
const payloads = { "1024": [900, 1700, 1500], "1048576": [30, 50, 20] } as const;

describe("the crossover", () => {
  test("says from where threads pay, and from where they lose", () => {
    const crossover = crossoverOf([...samples("length", lengths), ...samples("payload", payloads)]);
    expect(crossover?.sentence).toBe(
      "Threads do more than one process alone from runs of about 1 ms on; at 0.05 ms they do 0.56 times what single does. " +
        "With JSON inputs of 1 MB and more, copying to threads and back costs them their gain over one process alone; with 1 MB they do 0.67 times single and 0.40 times cluster.",
    );
    expect(crossover?.lengths.map(({ x }) => x)).toEqual([0.05, 1, 20]);
  });

  test("a dip in the middle does not count as the begin", () => {
    const dip = { "1": [10, 20, 15], "5": [10, 20, 9], "20": [10, 20, 19] } as const;
    expect(crossoverOf(samples("length", dip))?.sentence).toMatch(/from runs of about 20 ms on/);
  });

  test.each([
    [{ "1": [10, 20, 8] }, /At no length/],
    [{ "1": [10, 20, 18] }, /at every length of run that was tried/],
  ] as const)("all to one side: %j", (rates, sentence) => {
    expect(crossoverOf(samples("length", rates))?.sentence).toMatch(sentence);
  });

  test.each([
    [{ "1024": [10, 20, 15], "1048576": [10, 20, 15] }, /gain at no size that was tried/],
    [{ "1024": [10, 20, 10], "1048576": [10, 20, 5] }, /inputs of every size that was tried/],
    // One that lost by chance, between sizes that paid.
    [{ "1": [10, 20, 15], "1024": [10, 20, 8], "2048": [10, 20, 15] }, /gain at no size/],
  ] as const)("threads lose their gain to copying: %j", (rates, sentence) => {
    expect(crossoverOf(samples("payload", rates))?.sentence).toMatch(sentence);
  });

  test("several rounds give their median, and nothing gives null", () => {
    const three = [10, 12, 90].map((runsPerSecond) => ({
      ...{ axis: "length", x: 1, variant: "single", runsPerSecond },
    })) as CrossoverSample[];
    expect(crossoverOf(three)?.lengths).toEqual([{ x: 1, throughput: { single: 12 } }]);
    expect(crossoverOf([])).toBeNull();
  });
});

import { describe, expect, test } from "vitest";
import { findCrossover } from "../../../../bench/compare/aggregate/crossover.ts";
import type { CrossoverSample } from "../../../../bench/compare/result/collected.ts";

type Rates = readonly [single: number, cluster: number, threads: number];
/** Of 1.5 MB a second. */
const jsonMs = (bytes: number) => bytes / 1_500;

/** Four rounds whose pace drifts, and in which threads differ by 4 % from themselves. */
function samples(
  axis: CrossoverSample["axis"],
  byX: Readonly<Record<string, Rates>>,
  change: Partial<CrossoverSample> = {},
): CrossoverSample[] {
  return Object.entries(byX).flatMap(([x, [single, cluster, threads]]) =>
    [1, 0.6, 1.1, 0.8].flatMap((pace, index) =>
      Object.entries({ single, cluster, threads }).map(([variant, rate]) => ({
        ...{ axis, x: Number(x), variant, round: index + 1, runs: 8, reasons: [] },
        runMs: axis === "length" ? Number(x) : jsonMs(Number(x)),
        runsPerSecond: rate * pace * (variant === "threads" ? 0.98 + 0.01 * index : 1),
        ...change,
      })),
    ),
  );
}

const lengths = {
  "0.05": [9000, 12000, 5000],
  "1": [900, 1700, 1300],
  "20": [49, 98, 97],
} as const;
const payloads = { "1024": [900, 1700, 1500], "1048576": [30, 50, 20] } as const;
const sentenceOf = (...parts: readonly (readonly CrossoverSample[])[]) =>
  findCrossover(parts.flat())?.sentence;

describe("the crossover by length", () => {
  test("says from where threads pay, with intervals", () => {
    const crossover = findCrossover(samples("length", lengths));
    expect(crossover?.sentence).toMatch(
      /^Threads beat one process from runs of about 1 ms on \(1\.44x \[1\.4\d, 1\.4\d\]\); at 0\.05 ms they do 0\.55x \[0\.54, 0\.56\]\.$/,
    );
    expect(crossover?.lengths.map(({ x }) => x)).toEqual([0.05, 1, 20]);
  });

  test("a dip in the middle does not count as the begin", () => {
    const dip = { "1": [10, 20, 15], "5": [10, 20, 9], "20": [10, 20, 19] } as const;
    expect(sentenceOf(samples("length", dip))).toMatch(/from runs of about 20 ms on/);
  });

  test.each([
    [
      { "1": [10, 20, 8] },
      /^Threads did not clearly beat one process .*: at 1 ms they do 0\.\d\dx/,
    ],
    [{ "1": [10, 20, 18] }, /at every length of a run that is known/],
    // Never "did not beat" beside a gain.
    [
      { "0.2": [10, 20, 14], "5": [10, 20, 10] },
      /^It is not known from which length .*, at 0\.2 ms they do 1\.\d\dx .*, but at 5 ms they do 0\.99x/,
    ],
  ] as const)("all to one side, or neither: %j", (rates, sentence) => {
    expect(sentenceOf(samples("length", rates))).toMatch(sentence);
  });

  test("few runs, few rounds and cells that may not be believed tell nothing, and say why", () => {
    const few = findCrossover(samples("length", lengths, { runs: 1 }));
    expect(few?.sentence).toMatch(/is not known/);
    expect(few?.lengths[0]?.reasons).toContain("4 runs of threads are fewer than 30");
    const short = samples("length", lengths).filter(({ round }) => round < 3);
    expect(sentenceOf(short.map((sample) => ({ ...sample, runs: 100 })))).toMatch(/is not known/);
    const wrong = samples("length", { "1": [10, 20, 15] }).map((sample) =>
      sample.variant === "threads" && sample.round === 2
        ? { ...sample, runsPerSecond: 900, reasons: ["3 requests failed"] }
        : sample,
    );
    const [point] = findCrossover(wrong)?.lengths ?? [];
    expect(point?.throughput["threads"]).toBeLessThan(20);
    expect(point?.reasons[0]).toBe("1 of 4 cells of threads was left out: 3 requests failed");
  });
});

describe("the crossover by size", () => {
  test("names what threads lose by only where runs that long pay", () => {
    const sentence = sentenceOf(samples("length", lengths), samples("payload", payloads));
    expect(sentence).toMatch(
      /With JSON inputs of 1 MB, threads do 0\.66x \[.*\] the runs of one process and 0\.\d\dx \[.*\] those of cluster, although runs of this length pay\. One event loop/,
    );
  });

  test("runs that are too short to pay show nothing of the inputs", () => {
    const sentence = sentenceOf(
      samples("length", lengths),
      samples("payload", { "1024": [900, 1700, 700] }),
    );
    expect(sentence).toMatch(
      /With JSON inputs of 1 KB.* Runs as short as these \(0\.68 ms\) do not/,
    );
    expect(sentence).not.toContain("copies");
  });

  test("where threads do as much as cluster there is nothing to name", () => {
    const sentence = sentenceOf(samples("payload", { "1048576": [30, 50, 50.2] }));
    expect(sentence).toMatch(/^With JSON inputs of 1 MB, threads do .* those of cluster\.$/);
  });

  test("without cluster or threads there is nothing to say", () => {
    const alone = samples("payload", payloads).filter(({ variant }) => variant !== "cluster");
    expect(sentenceOf(alone)).toBe("");
    expect(findCrossover([])).toBeNull();
  });
});

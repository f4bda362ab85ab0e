import { describe, expect, test } from "vitest";
import { readBenchOptions } from "../../../../bench/compare/plan/options.ts";

const asked = ["--size-for", "500/s", "--slo", "p99=300ms"];

describe("the options that ask for a size", () => {
  test("none compares modes", () => expect(readBenchOptions([])?.sizing).toBeNull());

  test("by default the earlier result, its cores, no headroom; a short bench otherwise", () => {
    expect(readBenchOptions(asked)).toMatchObject({
      ...{ preset: "quick", parts: ["latency"] },
      sizing: {
        ...{ perSecond: 500, slo: { figure: "p99", limitMs: 300 }, headroom: 0 },
        ...{ coresPerHost: null, from: null, measures: false },
      },
    });
  });

  test.each([
    ["30/min", 0.5],
    ["90/h", 0.025],
    ["2.5/s", 2.5],
  ])("%s", (text, perSecond) => {
    const argv = ["--size-for", text, "--slo", "p50=1.5s", "--headroom", "20%"];
    expect(readBenchOptions(argv)?.sizing).toMatchObject({
      ...{ perSecond, slo: { figure: "p50", limitMs: 1_500 }, headroom: 0.2 },
    });
  });

  test.each([
    [["--task", "primes"]],
    [["--full"]],
    [["--cores", "2"]],
    [["--seconds", "1"]],
    [["--input", "{}"]],
    [["gain"]],
  ])("%j says what to measure, so that an earlier result does not do", (more) => {
    expect(readBenchOptions([...asked, ...more])?.sizing?.measures).toBe(true);
    const from = ["--from", "bench.json"];
    expect(() => readBenchOptions([...asked, ...from, ...more])).toThrow(
      `--from bench.json: nothing is measured then. Leave out ${more[0]}, or --from`,
    );
  });

  test.each([[["--modes", "threads"]], [["--seed", "2"]], [["--out", "folder"]], [["--json"]]])(
    "%j does not",
    (more) => expect(readBenchOptions([...asked, ...more])?.sizing?.measures).toBe(false),
  );

  test.each([
    [["--size-for", "500/s"], /^--size-for: how long may answers take\? Add --slo, such as p99=/],
    [["--slo", "p99=300ms"], /^--slo: of which rate\? Add --size-for RATE, such as 500\/s/],
    [["--from", "x"], /^--from: of which rate\?/],
    [["--headroom", "5%"], /^--headroom: of which rate\?/],
    [["--cores-per-host", "4"], /^--cores-per-host: of which rate\?/],
    [["--size-for", "500"], /^--size-for "500": give runs and a time, such as 500\/s or 30\/min/],
    [["--size-for", "0/s"], /^--size-for "0\/s": give a rate above 0 and up to 1000000\/s/],
    [["--size-for", "1e9/s"], /^--size-for "1e9\/s": give runs and a time/],
    [["--size-for", "-5/s"], /--size-for/],
    [["--size-for", "5/day"], /^--size-for "5\/day": give runs and a time/],
    [["--size-for", ""], /^--size-for "": give runs/],
    [[...asked, "--slo", "p99"], /^--slo "p99": use p50, p90, p95, p99 with a time/],
    [
      [...asked, "--slo", "p99.9=1s"],
      /^--slo "p99\.9=1s": a bench has too few runs to tell p99\.9/,
    ],
    [[...asked, "--slo", "p99=0ms"], /^--slo "p99=0ms": use a time above 0/],
    [[...asked, "--slo", "p99=300"], /^--slo "p99=300": use p50/],
    [[...asked, "--slo", "errors=1%"], /^--slo "errors=1%": use p50/],
    [[...asked, "--headroom", "20"], /^--headroom 20: give a share of the rate/],
    [[...asked, "--headroom", "5000%"], /^--headroom 5000%: give a share/],
    [[...asked, "--cores-per-host", "0"], /^--cores-per-host 0: give a whole number from 1/],
    [[...asked, "--cores-per-host", "9999"], /^--cores-per-host 9999: give a whole number/],
    [["--size-fro", "5/s"], /Did you mean --size-for\?/],
  ])("%j is refused", (argv, message) => {
    expect(() => readBenchOptions(argv)).toThrow(message);
  });
});

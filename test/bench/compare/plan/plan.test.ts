import { describe, expect, test } from "vitest";
import { estimateMs } from "../../../../bench/compare/plan/estimate.ts";
import { readBenchOptions } from "../../../../bench/compare/plan/options.ts";
import { listPlaced, makePlan } from "../../../../bench/compare/plan/plan.ts";
import { chooseScaleSizes, chooseVariants } from "../../../../bench/compare/plan/variants.ts";

function plan(argv: readonly string[], availableCores = 2, native = true, runMs = 10) {
  const options = readBenchOptions(argv);
  if (options === null) throw new Error("read as help");
  return makePlan(options, { availableCores, native, runMs });
}

const namesOf = (variants: readonly { readonly name: string }[]) =>
  variants.map(({ name }) => name);

describe("the plan", () => {
  test("quick: the references and every mode, cluster twice", () => {
    const quick = plan(["--quick"]);
    expect(namesOf(quick.variants)).toEqual([
      ...["bare", "tutorial", "single", "cluster", "threads", "hybrid", "libuv"],
    ]);
    expect(quick.control).toBe("cluster");
  });

  test("enough rounds for an interval in every preset but smoke", () => {
    for (const preset of ["--quick", "--full"]) {
      expect(plan([preset]).rounds).toBeGreaterThanOrEqual(5);
    }
    expect(plan([]).rounds).toBeGreaterThanOrEqual(5);
  });

  test.each([
    ["--quick", 40, 75],
    ["--rounds=6", 140, 210],
    ["--full", 450, 720],
  ])("%s takes about as long as is promised, on 2 cores", (flag, least, most) => {
    const seconds = estimateMs(plan([flag])) / 1000;
    expect(seconds).toBeGreaterThan(least);
    expect(seconds).toBeLessThan(most);
  });

  test("whoever asks for long cells has servers that are warm for long runs", () => {
    expect(plan(["--quick"]).ownStretchMs).toBeNull();
    // Two stretches of a thousand runs on two cores.
    expect(plan(["--quick", "--seconds=3"]).ownStretchMs).toBe(5_000);
    expect(plan(["--task=primes", "--quick"]).ownStretchMs).toBe(300);
  });

  test("short runs go before long cells of hash, and their time is told", () => {
    const long = plan(["--quick", "--seconds=4"]);
    expect(long.rewarmMs).toBe(1_500);
    const cells = long.rounds * long.variants.length; // Of servers: the control twice, bare not.
    const seconds = (estimateMs(long) - estimateMs({ ...long, rewarmMs: null })) / 1_000;
    expect(seconds).toBeGreaterThan(1.5 * cells);
    expect(seconds).toBeLessThan(3 * cells);
    expect(plan(["--quick"]).rewarmMs).toBeNull();
    expect(plan(["--quick", "--seconds=0.5"]).rewarmMs).toBeNull();
    expect(plan(["--quick", "--seconds=4"], 2, true, 1_000).rewarmMs).toBeNull();
    expect(plan(["--quick", "--seconds=4", "--task=primes"]).rewarmMs).toBeNull();
  });

  test.each([91, 1_000])("runs of %i ms have cells that hold enough of them", (runMs) => {
    const long = plan(["--quick"], 2, true, runMs);
    expect(long.cellMs).toBeGreaterThanOrEqual(20 * runMs);
    expect(long.latencyMs).toBeGreaterThanOrEqual(20 * runMs);
    expect(long.warmupMs).toBeGreaterThanOrEqual((long.connections + 1) * runMs);
    const rounds = long.rounds * (long.variants.length + 1) * (long.cellMs + long.warmupMs);
    expect(estimateMs(long)).toBeGreaterThan(rounds);
    expect(plan(["--quick", "--seconds", "0.4"], 2, true, runMs).cellMs).toBe(400);
  });

  test("short runs leave the preset as it is", () => {
    const { cellMs, warmupMs, latencyMs } = plan(["--quick"], 2, true, 10);
    expect({ cellMs, warmupMs, latencyMs }).toEqual({
      ...{ cellMs: 290, warmupMs: 170, latencyMs: 1_300 },
    });
  });

  test("without a native form libuv is left out", () => {
    expect(namesOf(plan(["--quick"], 2, false).variants)).not.toContain("libuv");
  });

  test("what the command line says wins over the preset", () => {
    const own = plan(["--rounds", "9", "--seconds", "2", "--cores", "3", "--modes", "threads"]);
    expect(own).toMatchObject({ rounds: 9, cellMs: 2000, cores: 3, control: "threads" });
    expect(own.variants.find(({ name }) => name === "threads")).toMatchObject({
      ...{ workers: 1, slots: 3, flags: ["--mode", "threads", "--cores", "3"] },
    });
  });

  test("only variants with several workers are asked who answers", () => {
    expect(namesOf(listPlaced(plan(["--quick"])))).toEqual(["tutorial", "cluster", "hybrid"]);
  });
});

describe("the variants", () => {
  const choice = {
    modes: ["single", "cluster", "threads", "hybrid"],
    balances: ["os", "reuse-port"],
  } as const;

  test("the grid adds what no mode has, once", () => {
    const small = chooseVariants({ ...choice, cores: 2, grid: "small" });
    expect(namesOf(small.filter(({ kind }) => kind === "grid"))).toEqual([
      "1x1 threads",
      "2x2 threads",
    ]);
    const full = chooseVariants({ ...choice, cores: 8, grid: "full" });
    const names = namesOf(full);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(["2 inline", "3 inline", "4x2 threads"]));
    expect(full.every(({ workers, slots }) => workers * slots <= 16)).toBe(true);
  });

  test("balance is about several workers", () => {
    const names = (cores: number) => namesOf(chooseVariants({ ...choice, cores, grid: "none" }));
    expect(names(2)).toEqual(expect.arrayContaining(["cluster/os", "cluster/reuse-port"]));
    expect(names(1).some((name) => name.startsWith("cluster/"))).toBe(false);
  });

  test.each([
    [1, []],
    [2, []],
    [4, [1, 2, 3, 4]],
    [8, [1, 2, 3, 4, 8]],
  ])("sizes for a law of scalability on %i cores", (cores, sizes) =>
    expect(chooseScaleSizes(cores)).toEqual(sizes),
  );
});

import { describe, expect, test } from "vitest";
import { tellBenchVerdict } from "../../../../bench/compare/verdict/verdict.ts";
import { collected, latency, peaks, quickPlan, unjudged, usual } from "../aggregate/samples.ts";

const usualCells = collected({ peaks: peaks(usual) });

describe("the verdict", () => {
  test("begins with the answer in short", () => {
    expect(tellBenchVerdict(unjudged(usualCells))[0]).toBe(
      "Runs of hash (10 ms each) on 2 cores, compared with one process: cluster 1.98x [1.98, 1.98], threads 1.94x [1.94, 1.94].",
    );
  });

  test("says what to use where light routes must stay quick", () => {
    expect(tellBenchVerdict(unjudged(usualCells))).toContain(
      "If light routes must stay quick, use threads: GET / p99 6 ms beside the full load, against 140 ms with cluster.",
    );
    const alike = {
      ...usual,
      cluster: { rate: 196, light: [1, 7] },
      single: { rate: 99 },
    } as const;
    expect(tellBenchVerdict(unjudged(collected({ peaks: peaks(alike) }))).join(" ")).toContain(
      "Light routes are equally quick in cluster and threads beside the full load",
    );
  });

  test("names a winner only where it can be told from the next", () => {
    expect(tellBenchVerdict(unjudged(usualCells))[1]).toMatch(
      /^Use cluster for the highest throughput/,
    );
    // In one of five rounds threads did more: the interval of their ratio holds 1.
    const turned = peaks(usual).map((peak) =>
      peak.variant === "threads" && peak.round === 2 ? { ...peak, runsPerSecond: 150 } : peak,
    );
    expect(tellBenchVerdict(unjudged(collected({ peaks: turned })))[1]).toMatch(
      /^Use cluster or threads for the highest throughput\. .* Cluster reaches 98 % of the bare/,
    );
  });

  test.each([1, 3])("asserts no order of modes after %i rounds", (rounds) => {
    const plan = { ...quickPlan(), rounds };
    const few = peaks(usual).filter(({ round }) => round <= rounds);
    const sentences = tellBenchVerdict(unjudged(collected({ peaks: few }), plan)).join("\n");
    expect(sentences).toMatch(/rounds? (is|are) too few to rank the modes/);
    expect(sentences).not.toMatch(/highest|[Uu]se threads/);
    expect(sentences).toContain("this run cannot tell which is quicker");
  });

  test("a row that is INVALID is in no finding, and neither is one of its loads", () => {
    const points = [latency("cluster", 0.8, 90), latency("threads", 0.8, 45)];
    const late = { valid: false, reasons: ["the generator fell behind"] } as const;
    const broken = peaks(usual).map((peak) =>
      peak.variant === "cluster" ? { ...peak, reasons: ["3 answers had a wrong body"] } : peak,
    );
    const cells = collected({
      peaks: broken,
      latency: points.map((point) => ({ ...point, validity: late })),
    });
    const [first, ...rest] = tellBenchVerdict(unjudged(cells));
    expect(first).toMatch(/compared with one process: threads 1\.94x/);
    expect(rest.join("\n")).toContain(
      "INVALID, do not use: cluster, cluster at 80 % of its peak and threads at 80 % of its peak",
    );
    expect(rest.filter((sentence) => !sentence.startsWith("INVALID")).join("\n")).not.toMatch(
      /cluster (\d|reaches|does)|At 80 %/,
    );
    const single = peaks(usual).map((peak) =>
      peak.variant === "single" ? { ...peak, reasons: ["no"] } : peak,
    );
    expect(tellBenchVerdict(unjudged(collected({ peaks: single })))[0]).toMatch(
      /: cluster 196\.0 runs\/s, threads 192\.0 runs\/s\.$/,
    );
  });

  test("a share of the limit that is above it by chance is not printed as one", () => {
    const restless = peaks(usual).map((peak) =>
      peak.variant === "cluster"
        ? { ...peak, runsPerSecond: peak.runsPerSecond * (peak.round % 2 === 0 ? 0.9 : 1.1) }
        : peak,
    );
    const sentences = tellBenchVerdict(unjudged(collected({ peaks: restless }))).join("\n");
    expect(sentences).toMatch(
      /[Cc]luster cannot be told from the bare computation \[\d+ %, \d+ %\]/,
    );
    expect(sentences).not.toMatch(/reaches 1\d\d %/);
  });

  test("more than the bare computation can do is the machine's doing", () => {
    const beyond = { ...usual, threads: { rate: 340 } } as const;
    const [first, second] = tellBenchVerdict(unjudged(collected({ peaks: peaks(beyond) })));
    expect(first).toMatch(/too restless to say what any mode gains\.$/);
    expect(second).toMatch(/no server can do more than the bare computation.*found threads 170 %/);
    const once = peaks(beyond).filter(({ round }) => round === 1);
    expect(
      tellBenchVerdict(unjudged(collected({ peaks: once }), { ...quickPlan(), rounds: 1 }))[0],
    ).toMatch(/too restless/);
  });

  test("holds the plain cluster of the tutorials against ours", () => {
    expect(tellBenchVerdict(unjudged(usualCells)).join("\n")).toMatch(
      /^Mode cluster does 1\.01x \[1\.01, 1\.01\] the runs of .* tutorials, and its GET \/ takes p50 5 ms against 80 ms/m,
    );
  });

  test("gives the tails at 80 % of the peak in the order of the modes", () => {
    const points = [latency("cluster", 0.8, 90), latency("threads", 0.8, 45)];
    const cells = collected({ peaks: peaks(usual), latency: points });
    expect(tellBenchVerdict(unjudged(cells)).join("\n")).toContain(
      "the p99 of runs was cluster 90 ms and threads 45 ms; one cell each cannot rank them",
    );
  });

  test("tells a restless machine from a quiet one", () => {
    expect(tellBenchVerdict(unjudged(usualCells)).join("\n")).toMatch(
      /differences under .* mean nothing/,
    );
    const twinTimes = (factor: number) =>
      peaks(usual).map((peak) =>
        peak.twin ? { ...peak, runsPerSecond: factor * peak.runsPerSecond } : peak,
      );
    expect(tellBenchVerdict(unjudged(collected({ peaks: twinTimes(1.1) }))).join("\n")).toMatch(
      /excludes 1: the machine was too restless/,
    );
    expect(tellBenchVerdict(unjudged(collected({ peaks: twinTimes(2) })))[1]).toMatch(
      /^The machine was busy with other work: cluster, measured twice, .* 2\.00x/,
    );
  });

  test("says where the cores were not alike, which moves speed-ups", () => {
    expect(tellBenchVerdict(unjudged(usualCells)).join("\n")).not.toContain("not alike");
    const slowCore = peaks(usual).map((peak) =>
      peak.variant === "bare" ? { ...peak, coreRatio: peak.round === 1 ? 1 : 1.45 } : peak,
    );
    expect(tellBenchVerdict(unjudged(collected({ peaks: slowCore }))).join("\n")).toContain(
      "the fastest did 1.45 times the runs of the slowest",
    );
  });

  test("says what is invalid, what is missing, and what ended it", () => {
    const cut = unjudged(collected({ peaks: peaks(usual).slice(0, 3) }));
    const sentences = tellBenchVerdict({ ...cut, stopped: { reason: "ended by SIGINT" } }).join(
      "\n",
    );
    expect(sentences).toMatch(/INVALID, do not use: .*threads/);
    expect(sentences).toContain("This run ended early (ended by SIGINT)");
    expect(sentences).toContain("No law of scalability was fitted");
  });

  test("without single it tells rates, and without anything it says so", () => {
    const plan = quickPlan(["threads"]);
    const one = unjudged(collected({ peaks: peaks({ threads: { rate: 192 } }) }), plan);
    expect(tellBenchVerdict(one)[0]).toMatch(/threads 192\.0 runs\/s\.$/);
    expect(tellBenchVerdict(unjudged(collected({})))[0]).toMatch(/no mode was measured/);
  });
});

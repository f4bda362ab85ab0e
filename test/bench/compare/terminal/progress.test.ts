import { describe, expect, test } from "vitest";
import { writeResult } from "../../../../bench/compare/terminal/final-table.ts";
import { LineProgress, LiveProgress } from "../../../../bench/compare/terminal/progress.ts";
import { tellBenchVerdict } from "../../../../bench/compare/verdict/verdict.ts";
import { collected, latency, peaks, unjudged, usual } from "../aggregate/samples.ts";

/** With <ESC> for the escape character. */
function screen(columns = 80) {
  const written: string[] = [];
  const write = (text: string) => written.push(text.replaceAll("\u001b", "<ESC>"));
  return { columns, written, write };
}

function clock() {
  let ms = 0;
  return { now: () => ms, pass: (by: number) => (ms += by) };
}

describe("progress", () => {
  test("without a terminal: a line for each cell, with the time left", () => {
    const [paper, time] = [screen(), clock()];
    const progress = new LineProgress(paper, 60_000, time);
    time.pass(20_000);
    progress.finished("round 1 of 5: cluster", { runsPerSecond: 187.26 });
    time.pass(39_500);
    progress.finished("latency at 50 %: cluster");
    time.pass(30_500);
    progress.finished("latency at 80 %: cluster");
    expect(paper.written).toEqual([
      "round 1 of 5: cluster, 187.3 runs/s (about 40 s left)\n",
      "latency at 50 %: cluster (nearly done)\n",
      "latency at 80 %: cluster (30 s longer than was thought)\n",
    ]);
  });

  test("on a terminal: a table that is redrawn in place, and taken away at the end", () => {
    const [paper, time] = [screen(40), clock()];
    const progress = new LiveProgress(paper, 60_000, time, false);
    progress.began("round 1 of 5: cluster");
    progress.finished("round 1 of 5: cluster", { variant: "cluster", runsPerSecond: 187.26 });
    progress.began("round 1 of 5: a variant with a name that is too long for the line");
    progress.close();
    expect(paper.written[1]).toMatch(/^<ESC>\[1A<ESC>\[J.*\n-.*\ncluster {3}187\.3 {6}1\n/);
    expect(paper.written[1]?.split("\n").every((line) => line.length < 55)).toBe(true);
    expect(paper.written[2]).toBe("<ESC>[4A<ESC>[J");
    expect(paper.written.join("")).not.toContain("<ESC>[2m");
  });

  test("colour only where it is wanted", () => {
    const paper = screen();
    new LiveProgress(paper, 1, clock(), true).began("starting cluster");
    expect(paper.written[0]).toMatch(/^<ESC>\[2mstarting cluster .*<ESC>\[22m\n$/);
  });
});

describe("the final text", () => {
  test("has verdict, figures, latencies and the reasons of what is invalid", () => {
    const late = {
      ...latency("cluster", 0.8, 90),
      validity: { valid: false, reasons: ["the generator fell behind"] },
    } as const;
    const cells = collected({ peaks: peaks(usual), latency: [late] });
    const result = unjudged(cells);
    const text = writeResult({ ...result, verdict: tellBenchVerdict(result) });
    expect(text).toMatch(/^- Runs of hash \(10 ms each\) on 2 cores/);
    expect(text).toMatch(/^cluster +196\.0 +1\.98 \[1\.98, 1\.98\] +0\.98/m);
    expect(text).toMatch(/^cluster INVALID +80 % +150\.0 +150\.0 +45\.0 +90\.0 +90\.0/m);
    expect(text).toContain("INVALID cluster at 80 %: the generator fell behind");
  });
});

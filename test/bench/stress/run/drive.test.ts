import { describe, expect, test } from "vitest";
import { judgeDrive } from "../../../../bench/stress/run/drive.ts";
import { parseObjectives } from "../../../../bench/stress/search/objective.ts";
import { loadResult, steady } from "../search/stream.ts";

const objectives = parseObjectives(["p99=200ms"]);

describe("whether the generator drove a step", () => {
  test("it did", () => {
    expect(judgeDrive(loadResult(), objectives, 100)).toEqual([]);
  });

  test("not where it used up its core", () => {
    expect(judgeDrive(loadResult({}, 0.93), objectives, 100)).toEqual([
      "the generator used 93 % of a core: it may have been the bottleneck",
    ]);
  });

  test("not where it was late by more than a tenth of what is judged", () => {
    const late = (p99: number) => loadResult({ scheduleLag: { ...steady, p99 } });
    expect(judgeDrive(late(19), objectives, 100)).toEqual([]);
    expect(judgeDrive(late(21), objectives, 100)[0]).toContain("21.0 ms late");
  });

  test("not where requests waited for connections that are too few for the objective", () => {
    // 100/s within 200 ms: 20 under way at most. With fewer connections it is they that wait.
    const waited = loadResult({ waitedForConnection: 7 });
    expect(judgeDrive(waited, objectives, 19)[0]).toContain("--connections 20");
    expect(judgeDrive(waited, objectives, 20)).toEqual([]);
  });
});

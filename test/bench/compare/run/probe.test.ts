import { describe, expect, test } from "vitest";
import { poolLight } from "../../../../bench/compare/result/light.ts";
import { planProbe } from "../../../../bench/compare/run/probe.ts";
import { distribution } from "../aggregate/samples.ts";

const single = { name: "single", workers: 1 };
const tutorial = { name: "tutorial", workers: 2 };

describe("the probe", () => {
  test("does not use up its own connections, however long a run takes", () => {
    for (const runMs of [0.05, 10, 96, 1_000, 30_000]) {
      const { perSecond, connections } = planProbe(single, { connections: 16, runMs }, 1_000);
      // Each answer may have to wait for two runs, each of them twice as long as by itself.
      if (perSecond > 0.1) expect(4 * perSecond * runMs).toBeLessThan(1_000 * connections);
      expect(perSecond).toBeLessThanOrEqual(50);
    }
    expect(planProbe(single, { connections: 16, runMs: 96 }, 1_000).perSecond).toBeCloseTo(12.5, 6);
  });

  test("asks less where GET / stands in line with the runs", () => {
    const plan = { connections: 16, runMs: 10 };
    const [line, alone] = [planProbe(tutorial, plan, 1_000), planProbe(single, plan, 1_000)];
    expect(line.perSecond).toBeLessThan(alone.perSecond);
  });

  test("asks less where it has long: a few hundred requests tell a p99, and each costs CPU time", () => {
    const plan = { connections: 16, runMs: 10 };
    expect(planProbe(single, plan, 2_000).perSecond).toBe(50);
    expect(planProbe(single, plan, 30_000).perSecond).toBe(10);
  });
});

describe("its times", () => {
  const sample = (waited: number) => ({ latency: distribution(5, 9, 24), asked: 24, waited });

  test("are of all cells as one", () => {
    const { light, lightReason } = poolLight([sample(0), null, sample(1)]);
    expect(light).toMatchObject({ count: 48, max: 9 });
    expect(lightReason).toBeNull();
  });

  test("are left out, with the reason, where requests waited for a connection of its own", () => {
    const { light, lightReason } = poolLight([sample(12), sample(3)]);
    expect(light).toBeNull();
    expect(lightReason).toContain("15 of 48 requests of GET / waited");
  });

  test("nothing measured is neither", () => {
    expect(poolLight([null])).toEqual({ light: null, lightReason: null });
  });
});

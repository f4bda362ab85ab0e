import { describe, expect, test } from "vitest";
import type { Interval } from "../../../bench/generator/result.ts";
import { untilSettled } from "../../../bench/run/warm-up.ts";

/** A stretch of intervals of 100 ms, from their throughput a second. */
function stretch(...perSecond: readonly number[]): Interval[] {
  return perSecond.map((rate, index) => ({
    ...{ atMs: 100 * index, lengthMs: 100, sent: rate / 10, correct: rate / 10, failed: 0 },
    ...{ p50: 1, p99: 1, inFlight: 1 },
  }));
}

const times = (count: number, rate: number) => Array.from({ length: count }, () => rate);

describe("untilSettled", () => {
  test("one stretch is enough where it is level, and its requests are counted", async () => {
    let stretches = 0;
    const warmUp = await untilSettled(async () => {
      stretches += 1;
      return stretch(...times(10, 1000));
    });
    expect(warmUp).toEqual({ requests: 1000, settled: true });
    expect(stretches).toBe(1);
  });

  test("goes on after a start that was slow", async () => {
    const stretches = [stretch(...times(8, 200), ...times(2, 1000)), stretch(...times(10, 1000))];
    const warmUp = await untilSettled(async () => stretches.shift() ?? []);
    expect(warmUp).toEqual({ requests: 1360, settled: true });
    expect(stretches).toEqual([]);
  });

  test("gives up on what never comes to rest, and says so", async () => {
    let rate = 0;
    let stretches = 0;
    const warmUp = await untilSettled(async () => {
      stretches += 1;
      return stretch(...Array.from({ length: 10 }, () => (rate += 100)));
    });
    expect(warmUp.settled).toBe(false);
    expect(stretches).toBe(4);
  });

  test("of a few long runs nothing can be told: they come in bursts", async () => {
    const bursts = [0, 0, 0, 0, 20, 0, 0, 40];
    expect(await untilSettled(async () => stretch(...bursts))).toEqual({
      ...{ requests: 6, settled: true },
    });
  });

  test("an interval that is cut short at the end is counted, and is no sign of unrest", async () => {
    const [last] = stretch(50);
    const cut = { ...(last as Interval), lengthMs: 3, correct: 1 };
    const warmUp = await untilSettled(async () => [...stretch(...times(10, 1000)), cut]);
    expect(warmUp).toEqual({ requests: 1001, settled: true });
  });
});

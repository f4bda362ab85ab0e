import { afterEach, describe, expect, test } from "vitest";
import type { Running } from "../../../../bench/compare/run/servers.ts";
import { loadUntilSettled, rewarm } from "../../../../bench/compare/run/warm-up.ts";
import { LoadGenerator } from "../../../../bench/load/generator/load.ts";
import type { Interval } from "../../../../bench/load/result.ts";
import { closeServers, serve } from "../../load/generator/servers.ts";

afterEach(closeServers);

/** A stretch of intervals of 100 ms, from their throughput a second. */
function stretch(...perSecond: readonly number[]): Interval[] {
  return perSecond.map((rate, index) => ({
    ...{ atMs: 100 * index, lengthMs: 100, sent: rate / 10, correct: rate / 10, failed: 0 },
    ...{ p50: 1, p99: 1, inFlight: 1 },
  }));
}

const times = (count: number, rate: number) => Array.from({ length: count }, () => rate);

describe("untilSettled", () => {
  test("two stretches are enough where they are level, and their requests are counted", async () => {
    let stretches = 0;
    const warmUp = await loadUntilSettled(async () => {
      stretches += 1;
      return stretch(...times(5, 1000));
    });
    expect(warmUp).toEqual({ requests: 1000, settled: true });
    expect(stretches).toBe(2);
  });

  test("goes on after a start that was slow", async () => {
    const stretches = [200, 600, 1000, 1000].map((rate) => stretch(...times(5, rate)));
    const warmUp = await loadUntilSettled(async () => stretches.shift() ?? []);
    expect(warmUp).toEqual({ requests: 1400, settled: true });
    expect(stretches).toEqual([]);
  });

  test("of a server that dies nothing is taken for rest", async () => {
    const stretches = [stretch(...times(5, 1000)), stretch(...times(5, 0))];
    const died = async () => stretches.shift() ?? Promise.reject(new Error("it ended"));
    await expect(loadUntilSettled(died)).rejects.toThrow("it ended");
    expect(await loadUntilSettled(async () => stretch(...times(5, 0)))).toEqual({
      ...{ requests: 0, settled: false },
    });
  });

  test("gives up on what never comes to rest, and says so", async () => {
    let rate = 0;
    let stretches = 0;
    const warmUp = await loadUntilSettled(async () => {
      stretches += 1;
      return stretch(...Array.from({ length: 10 }, () => (rate += 100)));
    });
    expect(warmUp.settled).toBe(false);
    expect(stretches).toBe(8);
  });

  test("of a few long runs nothing can be told: they come in bursts", async () => {
    const bursts = [0, 0, 20, 100];
    expect(await loadUntilSettled(async () => stretch(...bursts))).toEqual({
      ...{ requests: 24, settled: true },
    });
  });

  test("an interval that is cut short at the end is counted, and is no sign of unrest", async () => {
    const [last] = stretch(50);
    const cut = { ...(last as Interval), lengthMs: 3, correct: 1 };
    const warmUp = await loadUntilSettled(async () => [...stretch(...times(10, 1000)), cut]);
    expect(warmUp).toEqual({ requests: 2002, settled: true });
  });
});

describe("rewarm", () => {
  /** The paths that a server is asked for. */
  async function pathsAsked(status: number, ended = new AbortController().signal) {
    const paths = new Set<string>();
    const url = await serve((request, response) => {
      paths.add(request.url?.split("?")[0] ?? "");
      response.writeHead(status).end();
    });
    const running = { variant: { name: "threads" }, server: { url, ended } } as Running;
    using generator = new LoadGenerator();
    await rewarm(running, generator, { signal: new AbortController().signal }, 100);
    return paths;
  }

  test("asks for short runs of hash, and for GET /", async () => {
    expect(await pathsAsked(200)).toEqual(new Set(["/hash", "/"]));
  });

  test("says which server has ended", async () => {
    const ended = AbortSignal.abort(new Error("exit code 1"));
    await expect(pathsAsked(200, ended)).rejects.toThrow(
      "the server of threads ended in the middle of the run (exit code 1)",
    );
  });

  test("does not pass over a server that answers nothing right", async () => {
    await expect(pathsAsked(500)).rejects.toThrow("the server of threads answered no short run");
  });
});

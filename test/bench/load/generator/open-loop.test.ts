/** How open-loop load and the probe beside it use their connections. */
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Connection, Exchange } from "../../../../bench/load/generator/connection.ts";
import { ConnectionPool } from "../../../../bench/load/generator/connection-pool.ts";
import { runLoad } from "../../../../bench/load/generator/load.ts";
import { createRandom } from "../../../../bench/load/statistics/random.ts";
import { closeServers, plan, serve } from "./servers.ts";

afterEach(closeServers);

/** Connections alternate between two workers, one of which is stuck. */
async function serveByTwo(connections: number): Promise<string> {
  const quick = new Map<Socket, boolean>();
  return serve(({ socket }, response) => {
    if (!quick.has(socket)) quick.set(socket, quick.size < connections && quick.size % 2 === 0);
    if (quick.get(socket)) response.end();
  });
}

describe("open loop", () => {
  test("a worker that is behind gets its share of the requests all the same", async () => {
    const { load } = await runLoad(
      plan(await serveByTwo(16), {
        request: { path: "/" },
        arrivals: { kind: "poisson", perSecond: 400 },
        connections: 16,
        durationMs: 1_000,
        timeoutMs: 1_500,
      }),
    );
    // About half of them, by chance; not just the eight that find each connection idle.
    expect(load.failed).toBeGreaterThan(load.intended / 4);
    expect(load.correct).toBeGreaterThan(load.intended / 4);
    // The other worker's connections were idle: more of them would not have helped.
    expect(load.waitedForConnection).toBe(0);
  });

  test("its connections are open before the first request, and no more are opened", async () => {
    const sockets = new Set<Socket>();
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      response.end();
    });
    const arrivals = { kind: "constant", perSecond: 200 } as const;
    const request = { path: "/" };
    const { load } = await runLoad(plan(url, { request, arrivals, connections: 5 }));
    expect(load).toMatchObject({ connectionsOpened: 5, failed: 0 });
    expect(sockets.size).toBe(5);
  });
});

test("counted arrivals send the rate that was asked, and what took longer than a limit is counted", async () => {
  let served = 0;
  const url = await serve((_request, response) => {
    served += 1;
    const answer = () => response.end();
    if (served % 4 === 0) setTimeout(answer, 1_000);
    else answer();
  });
  const arrivals = { kind: "poisson", perSecond: 80, counted: true } as const;
  const { load } = await runLoad({
    ...plan(url, { request: { path: "/" }, arrivals, connections: 500, durationMs: 500 }),
    limitsMs: [10, 950, 60_000],
  });
  expect(load).toMatchObject({ intended: 40, correct: 40 });
  // A quarter of the forty; a busy machine can only make the quick ones slower.
  const [quick, slow, never] = load.overLimit;
  expect(slow).toBeGreaterThanOrEqual(10);
  expect(quick).toBeGreaterThanOrEqual(slow ?? 0);
  expect(never).toBe(0);
});

describe("the probe", () => {
  /** Takes longer than the probe's gaps, yet answers everything side by side. */
  const slow = () =>
    serve((_request, response) => {
      setTimeout(() => response.end(), 120);
    });
  const load = { request: { path: "/heavy" }, durationMs: 600, connections: 1 };

  test("does not wait for itself where answers take longer than its gaps", async () => {
    const { probe } = await runLoad(plan(await slow(), { ...load, probe: { perSecond: 25 } }));
    expect(probe).toMatchObject({ correct: 15, connectionsOpened: 8, waitedForConnection: 0 });
  });

  test("says how many of its requests waited where its connections are too few", async () => {
    const probe = { perSecond: 25, connections: 1 };
    const result = await runLoad(plan(await slow(), { ...load, probe }));
    expect(result.probe?.waitedForConnection).toBeGreaterThan(10);
  });

  test("has been answered on every connection before the load begins", async () => {
    const paths: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      paths.push(request.url);
      response.end();
    });
    const { probe } = await runLoad(plan(url, { ...load, probe: { perSecond: 10 } }));
    expect(paths.slice(0, 8)).toEqual(Array(8).fill("/"));
    expect(paths[8]).toBe("/heavy");
    // Warming requests are not reported.
    expect(probe?.intended).toBe(6);
  });
});

describe("the pool", () => {
  const pool = (seed: number | null) =>
    new ConnectionPool(
      8,
      seed === null ? null : createRandom(seed),
      () => ({ usable: true }) as Connection,
    );
  const choices = (seed: number) => {
    const chosen = pool(seed);
    return Array.from({ length: 8_000 }, () => chosen.lines.indexOf(chosen.chooseLine()));
  };

  test("takes each connection as often as any other, by its seed", () => {
    for (let line = 0; line < 8; line += 1) {
      const share = choices(1).filter((chosen) => chosen === line).length / 1_000;
      expect(share).toBeGreaterThan(0.85);
      expect(share).toBeLessThan(1.15);
    }
    expect(choices(1)).toEqual(choices(1));
    expect(choices(1)).not.toEqual(choices(2));
  });

  test("has one line with every connection where a request takes one that is idle", () => {
    const shared = pool(null);
    const line = shared.chooseLine();
    const taken = Array.from({ length: 9 }, () => shared.take(line));
    expect(new Set(taken.slice(0, 8)).size).toBe(8);
    expect(taken[8]).toBeUndefined();
    shared.giveBack(taken[3] as Connection);
    line.waiting.push({} as Exchange);
    expect(shared.take(line)).toBe(taken[3]);
  });
});

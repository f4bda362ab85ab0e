import { afterEach, describe, expect, test } from "vitest";
import { LoadGenerator, runLoad } from "../../../../bench/load/generator/load.ts";
import { closeServers, hello, plan, serve } from "./servers.ts";

afterEach(closeServers);

describe("a healthy server", () => {
  test("closed loop keeps every connection busy", async () => {
    const { load, generator, stopped } = await runLoad(plan(await serve(hello)));
    expect(load.correct).toBeGreaterThan(0);
    expect(load.correct).toBe(load.intended);
    expect(load).toMatchObject({ wrong: 0, failed: 0, stray: 0, connectionsOpened: 4, errors: {} });
    expect(load.latency.count).toBe(load.correct);
    expect(load.little.meanInSystem).toBeGreaterThan(3.9);
    expect(load.little.meanInSystem).toBeLessThan(4.1);
    expect(generator.perRequestUs).toBeGreaterThan(0);
    expect(stopped).toBe(false);
  });

  test.each([{ kind: "constant" }, { kind: "poisson" }] as const)(
    "open loop, $kind, sends at its rate",
    async ({ kind }) => {
      const arrivals = { kind, perSecond: 400 };
      const { load } = await runLoad(plan(await serve(hello), { arrivals, durationMs: 1_000 }));
      // Five standard deviations of a Poisson process, were the seed not fixed.
      expect(Math.abs(load.intended - 400)).toBeLessThanOrEqual(kind === "constant" ? 0 : 100);
      expect(load.correct).toBe(load.intended);
      expect(load.scheduleLag.count).toBe(load.intended);
      expect(load.latency.mean).toBeGreaterThanOrEqual(load.service.mean);
    },
  );

  test("a client that was turned away comes again after the pause, and no sooner", async () => {
    const url = await serve((_request, response) => response.writeHead(503).end());
    const request = { path: "/", expect: { tolerated: [503] } };
    const arrivals = { kind: "closed", pauseMs: 10_000 } as const;
    const { load } = await runLoad(plan(url, { request, arrivals, connections: 3 }));
    expect(load).toMatchObject({ intended: 3, tolerated: 3, statuses: { 503: 3 } });
  });

  test.each([20, 3_000])(
    "closed loop sends no more than %i a second, if so bounded",
    async (most) => {
      let served = 0;
      const url = await serve((_request, response) => {
        served += 1;
        // Refused at times: to come again is no reason to come more often.
        response.writeHead(served % 3 === 0 ? 503 : 200).end("hello\n");
      });
      const arrivals = { kind: "closed", mostPerSecond: most } as const;
      const { load } = await runLoad(plan(url, { arrivals, connections: 3, durationMs: 500 }));
      // One at the very start, and what 2 ms may make up for.
      expect(load.intended).toBeLessThanOrEqual(1 + 0.502 * most);
      expect(load.intended).toBeGreaterThan(1);
    },
  );

  test("one process runs plan after plan, and its intervals have every answer", async () => {
    let served = 0;
    const url = await serve((_request, response) => {
      served += 1;
      response.end("hello\n");
    });
    using generator = new LoadGenerator();
    await expect(generator.run(plan("nowhere"))).rejects.toThrow(/^url /);
    for (const _ of [1, 2]) {
      served = 0;
      const { load, stopped } = await generator.run(plan(url, { warmupMs: 100 }));
      expect(stopped).toBe(false);
      // The warm-up's, and those that were under way at the end, too.
      expect(load.intervals.reduce((sum, { correct }) => sum + correct, 0)).toBe(served);
      expect(served).toBeGreaterThan(load.correct);
    }
  });

  test("a plan that is stopped leaves the process ready for the next one", async () => {
    const url = await serve(hello);
    using generator = new LoadGenerator();
    const signal = AbortSignal.abort();
    expect((await generator.run(plan(url, { durationMs: 20_000 }), { signal })).stopped).toBe(true);
    expect((await generator.run(plan(url))).stopped).toBe(false);
  });

  test("the warm-up is left out", async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.end("hello\n");
    });
    const arrivals = { kind: "constant", perSecond: 100 } as const;
    const { load } = await runLoad(plan(url, { arrivals, warmupMs: 500, durationMs: 500 }));
    expect(load.intended).toBe(50);
    expect(requests).toBe(100);
    expect(load.intervals.some(({ atMs }) => atMs < 0)).toBe(true);
  });

  test("a number of requests ends the run, and they go out in turn", async () => {
    const paths: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      paths.push(request.url);
      response.end();
    });
    const requests = [{ path: "/a" }, { path: "/b" }];
    const { load, durationMs } = await runLoad({
      ...plan(url, { connections: 1, maxRequests: 5, durationMs: 20_000 }),
      requests,
    });
    expect(paths).toEqual(["/a", "/b", "/a", "/b", "/a"]);
    expect(load.correct).toBe(5);
    expect(durationMs).toBeLessThan(20_000);
  });

  test("a connection for every request", async () => {
    const url = await serve(hello);
    const { load } = await runLoad(plan(url, { keepAlive: false, maxRequests: 20 }));
    expect(load).toMatchObject({ correct: 20, connectionsOpened: 20, failed: 0 });
  });

  test("method, headers and body arrive; chunks and HEAD come back", async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.headers["x-key"] === "k" ? 201 : 400);
      request.pipe(response); // no length: in chunks
    });
    const post = {
      method: "POST",
      path: "/",
      headers: { "X-Key": "k" },
      body: '{"é":1}',
      expect: { statuses: [201], body: { kind: "json", pointer: "/é", equals: 1 } },
    } as const;
    const head = { method: "HEAD", path: "/", expect: { statuses: [400] } };
    const { load } = await runLoad({ ...plan(url, { maxRequests: 10 }), requests: [post, head] });
    expect(load.statuses).toEqual({ 201: 5, 400: 5 });
    expect(load.correct).toBe(10);
  });

  test("bytes go out as they are, of their type, and are compared as they come back", async () => {
    const url = await serve((request, response) => {
      response.setHeader("content-type", request.headers["content-type"] ?? "none");
      request.pipe(response);
    });
    const body = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    const headers = { "content-type": "image/png" };
    const post = { method: "POST", path: "/", headers, body } as const;
    const right = { type: "image/png", body: { kind: "bytes", equals: body } } as const;
    const { load } = await runLoad(plan(url, { request: { ...post, expect: right } }));
    expect(load.correct).toBeGreaterThan(0);
    expect(load.correct).toBe(load.intended);
    const other = { ...right, body: { ...right.body, equals: body.with(299_999, 255) } };
    const wrong = await runLoad(
      plan(url, { request: { ...post, expect: other }, maxRequests: 3, connections: 1 }),
    );
    expect(wrong.load).toMatchObject({ correct: 0, wrong: 3 });
  });

  test.each([
    ["a header", { header: "X-Worker" }],
    ["the body", { pointer: "/worker" }],
  ])("answers are counted by the worker in %s", async (_where, worker) => {
    let turn = 0;
    const url = await serve((_request, response) => {
      turn += 1;
      response.setHeader("x-worker", turn % 2);
      response.end(JSON.stringify({ worker: turn % 2 }));
    });
    const request = { path: "/" };
    const { load } = await runLoad(plan(url, { request, worker, connections: 1, maxRequests: 10 }));
    expect(load.workers).toEqual({ 0: 5, 1: 5 });
  });

  test.each([true, false])("a probe runs beside the load, kept alive: %s", async (keepAlive) => {
    const seen = new Set<string | undefined>();
    const url = await serve((request, response) => {
      seen.add(request.url);
      response.end();
    });
    const { load, probe } = await runLoad(
      plan(url, {
        request: { path: "/heavy" },
        arrivals: { kind: "constant", perSecond: 20 },
        probe: { perSecond: 50, keepAlive },
        durationMs: 500,
      }),
    );
    expect([...seen].sort()).toEqual(["/", "/heavy"]);
    expect(load.correct).toBe(10);
    expect(probe?.correct).toBe(25);
    expect(probe?.connectionsOpened).toBe(keepAlive ? 8 : 25);
  });
});

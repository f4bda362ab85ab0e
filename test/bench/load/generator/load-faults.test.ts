import { afterEach, describe, expect, test } from "vitest";
import { runLoad } from "../../../../bench/load/generator/load.ts";
import { closeServers, hello, helloText, plan, serve, serveRaw, sumOfOutcomes } from "./servers.ts";

afterEach(closeServers);

describe("answers that are not right", () => {
  test("a wrong body, an unexpected status and a tolerated one are told apart", async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.url === "/404" ? 404 : request.url === "/503" ? 503 : 200);
      response.end("other\n");
    });
    const expectation = { ...helloText, tolerated: [503] };
    const requests = ["/", "/404", "/503"].map((path) => ({ path, expect: expectation }));
    const { load } = await runLoad({ ...plan(url, { maxRequests: 9 }), requests });
    expect(load).toMatchObject({ wrong: 3, unexpected: 3, tolerated: 3, correct: 0 });
    expect(load.statuses).toEqual({ 200: 3, 404: 3, 503: 3 });
    expect(load.latency.count).toBe(0);
  });

  test("what is not HTTP is an error", async () => {
    const url = await serveRaw((socket) => socket.write("I am not a web server\r\n\r\n"));
    const { load } = await runLoad(plan(url, { maxRequests: 6 }));
    expect(load.errors).toEqual({ MALFORMED: 6 });
    expect(sumOfOutcomes(load)).toBe(load.intended);
  });

  test("an answer that is cut off is an error", async () => {
    const url = await serveRaw((socket) =>
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"),
    );
    const { load } = await runLoad(plan(url, { maxRequests: 6 }));
    expect(load).toMatchObject({ errors: { CLOSED: 6 }, retried: 0 });
  });

  test("bytes after an answer do not answer the next request", async () => {
    const answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n";
    const url = await serveRaw((socket) => socket.write(answer + answer));
    const { load } = await runLoad(plan(url, { maxRequests: 5, connections: 1 }));
    expect(load).toMatchObject({ correct: 5, stray: 5, connectionsOpened: 5 });
  });

  test("nobody listens", async () => {
    const url = await serve(hello);
    closeServers();
    const { load } = await runLoad(plan(url, { maxRequests: 8 }));
    expect(load.errors).toEqual({ ECONNREFUSED: 8 });
  });
});

describe("a server that closes", () => {
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n";

  test("kept connections between requests costs no request", async () => {
    const url = await serveRaw((socket) => socket.end(answer));
    const arrivals = { kind: "constant", perSecond: 50 } as const;
    const { load } = await runLoad(plan(url, { arrivals, connections: 1 }));
    expect(load.correct).toBe(load.intended);
    expect(load.failed).toBe(0);
  });

  test("a kept connection on the next request makes it go out once more", async () => {
    const url = await serveRaw((socket, served) => {
      if (served === 1) socket.write(answer);
      else socket.destroy();
    });
    const { load } = await runLoad(plan(url, { connections: 1, maxRequests: 5 }));
    expect(load).toMatchObject({ correct: 5, failed: 0, retried: 4, connectionsOpened: 5 });
  });

  test("a new connection without an answer is an error, and not tried again", async () => {
    const url = await serveRaw((socket) => socket.destroy());
    const { load } = await runLoad(plan(url, { maxRequests: 4 }));
    expect(load.failed).toBe(4);
    expect(load.retried).toBe(0);
  });
});

describe("a server that does not answer", () => {
  test("requests time out, sent or not", async () => {
    const url = await serveRaw(() => {});
    const arrivals = { kind: "constant", perSecond: 100 } as const;
    const { load } = await runLoad(plan(url, { arrivals, connections: 2, timeoutMs: 1_000 }));
    expect(load.errors["TIMEOUT"]).toBeGreaterThanOrEqual(2);
    expect(load.errors["NO_CONNECTION"]).toBeGreaterThan(0);
    expect(load.failed).toBe(load.intended);
    // The time that was waited is no latency.
    const { intended: count } = load;
    expect(load.latency).toMatchObject({ count, givenUp: count, givenUpMs: 1_000, p50: null });
    expect(load.service.count).toBeLessThan(count);
    // Until both connections are busy, a request behind the first one has not waited for them.
    expect(load.waitedForConnection).toBeLessThanOrEqual(load.intended - 2);
    expect(load.waitedForConnection).toBeGreaterThan(load.intended / 2);
  });

  test("an abort ends the run with what was measured", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/") response.end("hello\n");
    });
    const controller = new AbortController();
    const phases = new Set<string>();
    const { load, stopped, durationMs } = await runLoad(
      { ...plan(url, { durationMs: 60_000 }), requests: [{ path: "/" }, { path: "/never" }] },
      {
        signal: controller.signal,
        onProgress: ({ phase }) => {
          phases.add(phase);
          controller.abort();
        },
      },
    );
    expect(stopped).toBe(true);
    expect(durationMs).toBeLessThan(30_000);
    expect(phases).toEqual(new Set(["measure"]));
    expect(load.correct).toBeGreaterThan(0);
    expect(load.unanswered).toBe(4);
    expect(sumOfOutcomes(load)).toBe(load.intended);
  });

  test("an abort before the start ends the run at once", async () => {
    const url = await serve(hello);
    const options = { signal: AbortSignal.abort() };
    const { load, stopped } = await runLoad(plan(url, { durationMs: 60_000 }), options);
    expect(stopped).toBe(true);
    expect(sumOfOutcomes(load)).toBe(load.intended);
  });
});

test("a host that is not known fails the run", async () => {
  await expect(runLoad(plan("http://host.invalid:1"))).rejects.toThrow(/load generator failed/);
});

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { parseWrk, runWrk } from "../../../../bench/dev/peers/wrk.ts";

const report = `Running 1s test @ http://127.0.0.1:41837/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   312.55us   98.12us   2.17ms   90.11%
    Req/Sec    51.20k     2.05k   54.02k    70.00%
  56013 requests in 1.10s, 10.84MB read
Requests/sec:  50921.47
Transfer/sec:      9.86MB
`;

describe("what wrk prints", () => {
  test("is read", () => {
    expect(parseWrk(report)).toEqual({ requests: 56_013, perSecond: 50_921.47 });
  });

  test.each([
    "Socket errors: connect 0, read 3, write 0, timeout 0",
    "Non-2xx or 3xx responses: 7",
  ])("%s is no figure but a failure", (line) => {
    expect(() => parseWrk(report.replace("Requests/sec", `  ${line}\nRequests/sec`))).toThrow(line);
  });

  test("of nothing is a failure", () => {
    expect(() => parseWrk("unable to connect to 127.0.0.1:1 Connection refused\n")).toThrow(
      "unable to connect",
    );
  });
});

const isHere = spawnSync("wrk", ["-v"]).error === undefined;
const missing = !isHere && !process.env["CI"];
const why = missing ? " (skipped: wrk is not installed; apt-get install wrk)" : "";

describe.skipIf(missing)(`wrk itself${why}`, () => {
  test("loads a server, and its CPU time is told", async () => {
    let served = 0;
    const server = createServer((_request, response) => {
      served += 1;
      response.end("hello");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const load = { url, connections: 4, seconds: 1 };
    const found = await runWrk(load, new AbortController().signal);
    expect(found.requests).toBeGreaterThan(0);
    expect(found.requests).toBeLessThanOrEqual(served);
    if (process.platform === "linux") expect(found.cpuUsPerRequest).toBeGreaterThan(0);
    server.closeAllConnections();
    server.close();
  });

  test("ends with its signal, and with its reason", async () => {
    const reason = new Error("enough");
    const load = { url: "http://127.0.0.1:9/", connections: 1, seconds: 60 };
    await expect(runWrk(load, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

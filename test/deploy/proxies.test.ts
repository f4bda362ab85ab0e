/** nginx and HAProxy run our files for them, in front of two real servers. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { isProxyMissing, ProxyProcess } from "../helpers/proxy-process.ts";
import { RedisServer, redisMissing } from "../helpers/redis-server.ts";
import type { ServerProcess } from "../helpers/server-process.ts";
import { killWhole, startServer, startsIn, startsOf, tasks } from "./held-runs.ts";
import { EventReader, Reader } from "./reader.ts";

const kinds = (["nginx", "haproxy"] as const).map((kind) => {
  const isMissing = redisMissing || isProxyMissing(kind);
  const why = isMissing ? ` (skipped: apt-get install ${kind} redis-server)` : "";
  return { kind, isMissing, why };
});

describe.each(kinds)("$kind in front of two servers$why", ({ kind, isMissing }) => {
  const folder = new Folder();
  let redis: RedisServer;
  let servers: ServerProcess[] = [];
  let proxy: ProxyProcess;

  beforeAll(async () => {
    if (isMissing) return;
    folder.write({ "tasks.js": tasks });
    redis = await RedisServer.start();
    servers = await Promise.all([1, 2].map(() => startServer(folder, redis.url)));
    proxy = await ProxyProcess.start(
      kind,
      servers.map(({ url }) => new URL(url).host),
    );
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    await redis?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** Starts a run that ends when the gate of its folder is open. */
  const hold = (gate: Folder) => post(`${proxy.url}/tasks/hold`, { folder: gate.path });

  test.skipIf(isMissing)("the next run goes to the server that has the fewest", async () => {
    using gate = new Folder();
    const first = hold(gate);
    const [busy] = await startsIn(gate, 1);
    for (let round = 0; round < 4; round += 1) {
      const { result } = await bodyOf<{ result: number }>(post(`${proxy.url}/tasks/where`, {}));
      expect(servers.map(({ child }) => child.pid)).toContain(result);
      expect(result).not.toBe(busy);
    }
    const second = hold(gate);
    expect(new Set(await startsIn(gate, 2)).size).toBe(2);
    gate.write({ gate: "" });
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
  });

  test.skipIf(isMissing)(
    "the server knows the client's address, whatever the client says",
    async () => {
      const id = `address-${kind}`;
      const headers = { "x-forwarded-for": "203.0.113.9", "x-request-id": id };
      const asked = request(`${proxy.url}/`, { headers, localAddress: "127.0.0.9" }).end();
      const [answer] = (await once(asked, "response")) as [IncomingMessage];
      answer.resume();
      const lines = () =>
        servers.flatMap(({ log }) => log).filter((line) => line["requestId"] === id);
      await expect.poll(lines).toHaveLength(1);
      expect(lines()[0]).toMatchObject({ "client.address": "127.0.0.9" });
    },
  );

  test.skipIf(isMissing)("figures of one server are not shown as those of all", async () => {
    for (const path of ["/metrics", "/stats"]) {
      expect((await fetch(`${proxy.url}${path}`)).status).toBe(404);
    }
  });

  test.skipIf(isMissing)("a body that is too large gets the server's problem", async () => {
    // nginx passes a body on when it has all of it. HAProxy does at once, and the server answers at once.
    const answer = await announce(`${proxy.url}/tasks/hold`, 1.5 * 2 ** 20, kind === "nginx");
    expect(answer.statusCode).toBe(413);
    expect(JSON.parse(await text(answer))).toMatchObject({ type: "/problems/body-too-large" });
    const tooLarge = await announce(`${proxy.url}/tasks/hold`, 2.5 * 2 ** 20, false);
    expect(tooLarge.statusCode).toBe(413);
    tooLarge.destroy();
  });

  test.skipIf(isMissing)("both servers tell the events of a job, as they happen", async () => {
    using gate = new Folder();
    const submitted = post(`${proxy.url}/jobs`, { task: "hold", input: { folder: gate.path } });
    const { id } = await bodyOf<{ id: string }>(submitted);
    // Two at once are one at each server.
    const streams = await Promise.all([1, 2].map(() => fetch(`${proxy.url}/jobs/${id}/events`)));
    const running = streams.map((stream) => new EventReader(stream));
    // The job ends only when both have said that it runs.
    await Promise.all(running.map((reader) => reader.until('"state":"running"')));
    gate.write({ gate: "" });
    await Promise.all(running.map((reader) => reader.until('"state":"succeeded"')));
    const removed = await fetch(`${proxy.url}/jobs/${id}`, { method: "DELETE" });
    expect(removed.status).toBe(204);
  });

  test.skipIf(isMissing)(
    "a server that is killed costs what cannot be repeated, and no more",
    async () => {
      using gate = new Folder();
      using jobGate = new Folder();
      const runs = [hold(gate), hold(gate)].map(statusOf);
      await startsIn(gate, 2);
      const job = { task: "hold", input: { folder: jobGate.path } };
      const jobs = ["one", "two"].map((key) => {
        const headers = { "idempotency-key": `${kind}-${key}`, prefer: "wait=8" };
        const answer = bodyOf<{ id: string }>(post(`${proxy.url}/jobs`, job, headers));
        return answer.then(
          ({ id }) => id,
          () => "lost",
        );
      });
      const [running] = await startsIn(jobGate, 2);
      const readers = [1, 2, 3, 4].map(() => new Reader(`${proxy.url}/hash?iterations=2000`));
      await Promise.all(readers.map((reader) => reader.until(5)));

      const victim = servers.find(({ child }) => child.pid === running);
      if (!victim) throw new Error(`no server is ${running}`);
      await killWhole(victim);
      await Promise.all(readers.map((reader) => reader.until(reader.count + 25)));
      for (const reader of readers) expect(await reader.stop()).toEqual(new Set([200]));
      // HAProxy asks for /readyz, and sees that it is gone. nginx does not ask.
      if (kind === "haproxy") await proxy.printed(/Server manycore\/\w+ is DOWN/);
      gate.write({ gate: "" });
      expect((await Promise.all(runs)).sort()).toEqual([200, 502]);
      expect(startsOf(gate)).toHaveLength(2); // The run that was lost did not run again.
      jobGate.write({ gate: "" });
      // Both are answered, with jobs of which none was made twice.
      const made = await bodyOf<{ jobs: { id: string }[] }>(fetch(`${proxy.url}/jobs?task=hold`));
      expect((await Promise.all(jobs)).sort()).toEqual(made.jobs.map(({ id }) => id).sort());
      for (let round = 0; round < 8; round += 1) {
        expect((await post(`${proxy.url}/tasks/where`, {})).status).toBe(200);
      }
    },
  );
});

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const all = { "content-type": "application/json", ...headers };
  return fetch(url, { method: "POST", headers: all, body: JSON.stringify(body) });
}

/** Announces a body of so many bytes, and sends it or nothing of it. */
async function announce(url: string, bytes: number, sends: boolean): Promise<IncomingMessage> {
  const headers = { "content-type": "application/json", "content-length": bytes };
  const asked = request(url, { method: "POST", headers });
  if (sends) asked.end("x".repeat(bytes));
  else asked.flushHeaders();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return answer;
}

/** HAProxy closes a connection that it has used before, where another one gets a 502. */
function statusOf(answer: Promise<Response>): Promise<number> {
  return answer.then(
    ({ status }) => status,
    () => 502,
  );
}

async function bodyOf<Body>(answer: Promise<Response>): Promise<Body> {
  return (await (await answer).json()) as Body;
}

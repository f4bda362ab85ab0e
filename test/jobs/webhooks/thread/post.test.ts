import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { webhookHosts } from "../../../../src/config/webhook-hosts.ts";
import { AllowedHosts } from "../../../../src/jobs/webhooks/allowed.ts";
import { postWebhook } from "../../../../src/jobs/webhooks/thread/post.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

/** @returns the port of a receiver on 127.0.0.1 */
async function receive(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

interface Surroundings {
  readonly hosts?: string;
  /** What DNS says. */
  readonly addresses?: readonly string[];
  readonly timeoutMs?: number;
  readonly stop?: AbortSignal;
}

function post(url: string, surroundings: Surroundings = {}, body = "{}") {
  const { hosts = "127.0.0.1", addresses = [], timeoutMs = 5000 } = surroundings;
  const parsed = webhookHosts.parse(hosts);
  if (!parsed.ok) throw new Error(`not a list: ${hosts}`);
  const options = {
    allowed: new AllowedHosts(parsed.value),
    resolve: async () => addresses.map((address) => ({ address, family: 4 })),
    timeoutMs,
  };
  const headers = { "content-type": "application/json" };
  return postWebhook(
    { url, headers, body },
    options,
    surroundings.stop ?? new AbortController().signal,
  );
}

test("the body and the headers arrive, and 2xx is a success", async () => {
  const got = Promise.withResolvers<unknown>();
  const port = await receive(async (request, response) => {
    const { method, url, headers } = request;
    got.resolve({ method, url, type: headers["content-type"], body: await bodyOf(request) });
    response.writeHead(202).end("thanks");
  });
  const sent = await post(`http://127.0.0.1:${port}/hook?a=1`, {}, '{"a":"ü"}');
  expect(await got.promise).toEqual({
    ...{ method: "POST", url: "/hook?a=1", type: "application/json", body: '{"a":"ü"}' },
  });
  expect(sent).toMatchObject({ status: 202, error: null, retryAfterMs: null });
  expect(Math.abs((sent?.startedAt ?? 0) - Date.now())).toBeLessThan(5000);
});

test.each([
  [301, /redirects are not followed/],
  [302, /redirects are not followed/],
  [304, /redirects are not followed/],
  [307, /redirects are not followed/],
  [400, /the answer was 400/],
  [410, /no webhook is wanted/],
  [500, /the answer was 500/],
])("%d is no success", async (status, error) => {
  let requests = 0;
  const port = await receive((_, response) => {
    requests++;
    response.writeHead(status, { location: `http://127.0.0.1:${port}/there` }).end();
  });
  expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({
    status,
    error: expect.stringMatching(error) as string,
  });
  expect(requests).toBe(1);
});

test("Retry-After is read, in seconds or as a date", async () => {
  const headers = ["120", new Date(Date.now() + 60_000).toUTCString(), "soon"];
  const port = await receive((_, response) => {
    response.writeHead(503, { "retry-after": headers.shift() ?? "" }).end();
  });
  const read = async () => (await post(`http://127.0.0.1:${port}/`))?.retryAfterMs;
  expect(await read()).toBe(120_000);
  const asDate = await read();
  expect(asDate).toBeGreaterThan(50_000);
  expect(asDate).toBeLessThanOrEqual(60_000);
  expect(await read()).toBeNull();
});

test("a receiver that does not answer in time is a failure that says so", async () => {
  const port = await receive(() => {});
  expect(await post(`http://127.0.0.1:${port}/`, { timeoutMs: 50 })).toMatchObject({
    status: null,
    error: "there was no answer within 0.05 s",
  });
});

test("an answer that never ends, or is large, counts by its status", async () => {
  const endless = await receive((_, response) => void response.writeHead(200).write("a"));
  expect(await post(`http://127.0.0.1:${endless}/`, { timeoutMs: 200 })).toMatchObject({
    status: 200,
    error: null,
  });
  const large = await receive((_, response) => {
    response.writeHead(200);
    const write = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on("drain", write);
    write();
  });
  const sent = await post(`http://127.0.0.1:${large}/`);
  expect(sent).toMatchObject({ status: 200, error: null });
  expect(sent?.durationMs).toBeLessThan(4000);
});

test("a receiver that is down, or breaks off, is a failure with the reason", async () => {
  const port = await receive((request) => void request.socket.destroy());
  expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ status: null });
  const [server] = servers.splice(0);
  server?.close();
  const sent = await post(`http://127.0.0.1:${port}/`);
  expect(sent?.error).toContain("ECONNREFUSED");
});

test("what is no URL is a failure: a task may have forged it", async () => {
  const sent = await post("nonsense");
  expect(sent).toMatchObject({ status: null, error: expect.stringMatching(/URL/) as string });
});

test("a stop breaks it off, and nothing is to be reported", async () => {
  const stop = new AbortController();
  const port = await receive(() => stop.abort());
  expect(await post(`http://127.0.0.1:${port}/`, { stop: stop.signal })).toBeUndefined();
});

describe("where it connects to", () => {
  /** @returns what came of it, and whether the receiver on 127.0.0.1 got a request */
  async function tried(host: string, surroundings: Surroundings) {
    let isReached = false;
    const port = await receive((_, response) => {
      isReached = true;
      response.end();
    });
    const sent = await post(`http://${host}:${port}/`, surroundings);
    return { error: sent?.error, isReached };
  }

  test("a literal address must be allowed: no DNS is asked for it", async () => {
    const { error, isReached } = await tried("127.0.0.1", { hosts: "any" });
    expect(error).toMatch(/not a public address/);
    expect(isReached).toBe(false);
  });

  test("what DNS says must be allowed", async () => {
    const addresses = ["127.0.0.1"];
    const refused = await tried("rebind.example", { hosts: "any", addresses });
    expect(refused.error).toMatch(/rebind\.example is at 127\.0\.0\.1, which is not a public/);
    expect(refused.isReached).toBe(false);
    const allowed = await tried("a.example", { hosts: "a.example,127.0.0.0/8", addresses });
    expect(allowed).toEqual({ error: null, isReached: true });
  });

  test("one refused address among allowed ones refuses the name", async () => {
    const addresses = ["127.0.0.1", "10.0.0.1"];
    const mixed = await tried("a.example", { hosts: "a.example,127.0.0.1", addresses });
    expect(mixed.error).toMatch(/is at 10\.0\.0\.1/);
    expect(mixed.isReached).toBe(false);
  });

  test("a name that is not on the list any more is refused before DNS is asked", async () => {
    const gone = await tried("gone.example", { hosts: "a.example", addresses: ["1.1.1.1"] });
    expect(gone.error).toMatch(/it is not in --webhooks/);
  });

  test("DNS is asked once: what it says later makes no difference", async () => {
    let asked = 0;
    const port = await receive((_, response) => void response.end());
    const options = {
      allowed: new AllowedHosts([
        { kind: "name", name: "a.example", isParent: false, port: null },
        { kind: "range", address: "127.0.0.1", prefix: 32, port: null },
      ]),
      resolve: async () => [{ address: asked++ === 0 ? "127.0.0.1" : "10.0.0.1", family: 4 }],
      timeoutMs: 5000,
    };
    const envelope = { url: `http://a.example:${port}/`, headers: {}, body: "{}" };
    const sent = await postWebhook(envelope, options, new AbortController().signal);
    expect(sent).toMatchObject({ status: 200 });
    expect(asked).toBe(1);
  });

  test("a name without an address is a failure that names it", async () => {
    const { error } = await tried("a.example", { hosts: "a.example", addresses: [] });
    expect(error).toBe("a.example has no address");
  });
});

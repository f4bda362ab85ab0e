import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RawClient } from "../helpers/raw-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
let server: ServerProcess;

beforeAll(async () => {
  const timeouts = ["--headers-timeout", "500ms", "--request-timeout", "1s"];
  const flags = ["--mode", "single", "--body-limit", "10kb", "--tasks", tasks];
  server = await ServerProcess.start([...flags, ...timeouts]);
});

afterAll(async () => {
  expect(await server.get("/")).toMatchObject({ message: "hello world" });
  await server[Symbol.asyncDispose]();
  const alarming = server.log.filter(({ level }) => level !== "info");
  const startAdvice = /^Your own tasks compute on the event loops/;
  expect(
    alarming.filter(({ msg }) => !startAdvice.test(String(msg))),
    "whatever clients do is nothing to wake an operator for",
  ).toEqual([]);
});

const post = (headers: string) =>
  `POST /tasks/double HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}\r\n\r\n`;

test("a header that trickles in is answered 408 and closed, whatever the client does", async () => {
  const client = await RawClient.connect(server.url, { allowHalfOpen: true });
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
  const trickle = setInterval(() => client.send("x"), 100);
  await client.closed;
  clearInterval(trickle);
  expect(client.received).toMatch(/^HTTP\/1\.1 408 /);
  expect(client.received).toContain("/problems/request-timeout");
  expect(client.received).toContain("--headers-timeout");
});

test("a body that never comes is answered and closed at the request timeout", async () => {
  const client = await RawClient.connect(server.url);
  client.send(`${post("Content-Length: 100")}{"value":`);
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1\.1 408 /);
});

test("a body that is broken off leaves the server as it was", async () => {
  const client = await RawClient.connect(server.url);
  client.send(`${post("Content-Length: 100")}{"value":`);
  client.socket.destroy();
  await client.closed;
  expect(await server.get("/livez")).toMatchObject({ status: "alive" });
});

test.each([
  ["by its length", () => `${post("Content-Length: 99999999")}{`],
  [
    "chunk by chunk",
    () => `${post("Transfer-Encoding: chunked")}4000\r\n${"1".repeat(0x4000)}\r\n`,
  ],
])("a body over the limit is refused %s, before it has come whole", async (_, sent) => {
  const client = await RawClient.connect(server.url);
  client.send(sent());
  await client.receives(/body-too-large/);
  expect(client.received).toMatch(/^HTTP\/1\.1 413 /);
  await client.closed; // When the rest has not come within the request timeout.
});

test("a client that sends all of a large body before it reads sees why it is refused", async () => {
  // Within --request-timeout the server reads on. Here this takes as long as the client needs.
  await using patient = await ServerProcess.start(["--mode", "single", "--body-limit", "10kb"]);
  const body = Buffer.alloc(20_000_000, 0x20);
  for (let count = 0; count < 5; count++) {
    const refused = await fetch(new URL("/tasks/hash", patient.url), {
      ...{ method: "POST", headers: { "content-type": "application/json" }, body },
    });
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ type: "/problems/body-too-large" });
  }
});

test.each([
  ["whose answer is computed", () => `${post("Content-Length: 11")}{"value":4}`],
  ["in the middle of its body", () => `${post("Content-Length: 100")}{"value":`],
  [
    "in the middle of its compressed body",
    () => `${post("Content-Length: 100\r\nContent-Encoding: gzip")}\u001f`,
  ],
])("a client that resets its connection, %s, leaves the server as it was", async (_, sent) => {
  const client = await RawClient.connect(server.url);
  client.send(sent());
  await server.get("/livez");
  client.socket.resetAndDestroy();
  await client.closed;
  expect(await server.get("/livez")).toMatchObject({ status: "alive" });
});

test("CONNECT is refused with a problem", async () => {
  const client = await RawClient.connect(server.url);
  client.send("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n");
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1\.1 501 /);
  expect(client.received).toContain("/problems/not-implemented");
});

test("a header that is too large is a 431 problem", async () => {
  const client = await RawClient.connect(server.url);
  client.send(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Large: ${"x".repeat(20_000)}\r\n\r\n`);
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1\.1 431 /);
  expect(client.received).toContain("/problems/header-too-large");
});

test.each(["\u0016\u0003\u0001 TLS?\r\n\r\n", "HELLO\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"])(
  "what is not HTTP/1.1 is a 400 problem: %j",
  async (garbage) => {
    const client = await RawClient.connect(server.url);
    client.send(garbage);
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 400 /);
    expect(client.received).toContain("/problems/malformed-request");
  },
);

test("requests that are sent without waiting are answered in order", async () => {
  const client = await RawClient.connect(server.url);
  const body = (value: number) => `${post("Content-Length: 11")}{"value":${value}}`;
  client.send(`${body(1)}${body(2)}GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  await client.closed;
  const answers = client.received.match(/"value":\d|hello world/g);
  expect(answers).toEqual(['"value":2', '"value":4', "hello world"]);
});

test.each([
  ["without a Host", "GET / HTTP/1.1\r\n\r\n", 400, "malformed-request", "Host"],
  [
    "with two Hosts",
    "GET / HTTP/1.1\r\nHost: localhost\r\nhost: b\r\n\r\n",
    400,
    "malformed-request",
    "more than one Host",
  ],
  [
    "with an unknown Expect",
    "GET / HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\n\r\n",
    417,
    "expectation-failed",
    "tea",
  ],
])("a request %s is refused with a problem", async (_, request, status, type, named) => {
  const client = await RawClient.connect(server.url);
  client.send(request);
  await client.closed;
  expect(client.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(client.received).toContain(`/problems/${type}`);
  expect(client.received).toContain(named);
});

test("OPTIONS * tells the methods of the whole server", async () => {
  const client = await RawClient.connect(server.url);
  client.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1.1 200 /);
  const allowed = /^Allow: (.*)\r$/m.exec(client.received)?.[1]?.split(", ");
  expect(new Set(allowed)).toEqual(new Set(["HEAD", "GET", "POST", "DELETE", "PATCH", "PUT"]));
});

test("HTTP/1.0 needs no Host", async () => {
  const client = await RawClient.connect(server.url);
  client.send("GET / HTTP/1.0\r\n\r\n");
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1\.1 200 /);
});

test("garbage behind a request that is under way waits for its turn", async () => {
  const client = await RawClient.connect(server.url);
  client.send(`${post("Content-Length: 11")}{"value":4}\u0016\u0003 garbage\r\n\r\n`);
  await client.closed;
  expect(client.received.match(/^HTTP\/1\.1 \d+/gm)).toEqual(["HTTP/1.1 200", "HTTP/1.1 400"]);
  expect(client.received).toContain('"value":8');
});

/** Sends what asks for the connection's end, and returns everything that is answered. */
async function answered(sent: string): Promise<string> {
  const client = await RawClient.connect(server.url);
  client.send(sent);
  await client.closed;
  return client.received;
}

const get = (target: string, connection = "close") =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`;

test.each([
  "http://[::1/",
  "http://a:b/",
  "http:///livez",
  "http://u:p@a/",
  "foo://a/",
  "//a@b:c/#",
])("a request for %s, which is no URL of HTTP, is no mistake of the server's", async (target) => {
  const status = target.startsWith("/") ? "404" : "400";
  expect(await answered(get(target))).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

test.each(["http://a/livez", "HTTP://a:80/livez?x", "http://[::1]/livez#a", "/livez#a"])(
  "a request for %s is served",
  async (target) => expect(await answered(get(target))).toMatch(/^HTTP\/1\.1 200 /),
);

test("no target of a request is a mistake of the server's", async () => {
  const begin = fc.constantFrom("", "/", "//", "http://", "https://a", "http://a@", "ws://", "*");
  const part = fc.constantFrom(..."/?#@:[]%\\;&=+*~.", "%00", "%ff", "a", "::1", "hash?input=");
  const target = fc.tuple(begin, fc.array(part, { maxLength: 8 }));
  await fc.assert(
    fc.asyncProperty(target, async ([start, rest]) => {
      const answer = await answered(get(`${start}${rest.join("")}`));
      expect(answer).toMatch(/^HTTP\/1\.1 (200|400|403|404|422|501) /);
    }),
    { numRuns: 200 },
  );
});

test.each([
  ["whose runs wait", () => get("/hash?input=a", "keep-alive").repeat(20)],
  ["whose bodies wait", () => `${post("Content-Length: 11")}{"value":4}`.repeat(20)],
  [
    "whose last body is not whole",
    () => `${get("/hash?input=a", "keep-alive")}${post("Content-Length: 11")}{`,
  ],
])("a client with many requests under way, %s, may go", async (_, sent) => {
  for (const leave of ["destroy", "resetAndDestroy", "end"] as const) {
    const client = await RawClient.connect(server.url);
    client.send(sent());
    await server.get("/livez");
    client.socket[leave]();
    await client.closed;
    expect(await server.get("/livez")).toMatchObject({ status: "alive" });
  }
});

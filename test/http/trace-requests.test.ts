import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { context, trace } from "@opentelemetry/api";
import request from "supertest";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { Connections } from "../../src/http/connections.ts";
import { testServices } from "../helpers/services.ts";
import { TestSdk } from "../helpers/traced.ts";

const [traceId, spanId] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];

let sdk: TestSdk;
beforeEach(() => {
  sdk = new TestSdk();
});
afterEach(() => sdk[Symbol.dispose]());

const appOf = () => createApp(testServices({ tracing: sdk.tracing })).callback();

/** The spans of so many requests. The last one ends just after its answer. */
async function ended(count: number) {
  while (sdk.spans.length < count) await nextTurn();
  return sdk.spans;
}

test("a request without a trace begins one, whose id is in the log of its failure", async () => {
  const services = testServices({ tracing: sdk.tracing });
  const app = createApp({
    ...services,
    workers: {
      get ready(): number {
        throw new Error("SECRET");
      },
      total: 1,
    },
  }).callback();
  const { headers } = await request(app).get("/readyz").expect(500);
  const [span] = await ended(1);
  expect(span).toMatchObject({ name: "GET /readyz", parent: undefined, status: 2 });
  expect(span?.attributes).toMatchObject({ "error.type": "internal-error" });
  expect(headers["traceresponse"]).toBe(`00-${span?.traceId}-${span?.spanId}-01`);
  const line = JSON.parse(services.logged[0] ?? "");
  expect(line).toMatchObject({ trace_id: span?.traceId, span_id: span?.spanId });
});

test.each([
  ["/nowhere?a=SECRET", 404, "GET", "/nowhere"],
  ["/tasks/nothing", 404, "GET /tasks/:task", "/tasks/nothing"],
  ["/hash?iterations=0", 422, "GET /hash", "/hash"],
])(
  "%s is %s: a mistake of the client, and no error of the span",
  async (url, status, name, path) => {
    await request(appOf()).get(url).expect(status);
    const [span] = await ended(1);
    expect(span).toMatchObject({ name, status: 0, attributes: { "url.path": path } });
    expect(JSON.stringify(span)).not.toContain("SECRET");
  },
);

test("a request that the guard refuses has its route", async () => {
  await request(appOf()).get("/hash").set("Host", "evil.example").expect(403);
  expect(await ended(1)).toMatchObject([{ name: "GET /hash", status: 0 }]);
});

test("a broken traceparent is ignored", async () => {
  const header = `00-${"0".repeat(32)}-${spanId}-01`;
  await request(appOf()).get("/livez").set("traceparent", header).expect(200);
  expect(await ended(1)).toMatchObject([{ parent: undefined }]);
});

test("where a library has made a span of the request, that one gets the route", async () => {
  const app = appOf();
  const server = createServer((req, res) => {
    const span = sdk.tracer.startSpan("GET", {}, context.active());
    res.once("close", () => span.end());
    void context.with(trace.setSpan(context.active(), span), () => app(req, res));
  });
  const { headers } = await request(server).get("/tasks/hash").expect(200);
  expect(headers).not.toHaveProperty("traceresponse");
  const attributes = { "http.route": "/tasks/:task" };
  expect(await ended(1)).toMatchObject([{ name: "GET /tasks/:task", attributes }]);
  expect(sdk.spans).toHaveLength(1);
});

test("pipelined requests have traces of their own", async () => {
  const server = createServer();
  new Connections(server, appOf());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const traced = `GET /tasks HTTP/1.1\r\nHost: localhost\r\ntraceparent: 00-${traceId}-${spanId}-01\r\n\r\n`;
  const plain = "GET /livez HTTP/1.1\r\nHost: localhost\r\n";
  client.write(`${traced}${plain}\r\n${plain}Connection: close\r\n\r\n`);
  await text(client);
  const [first, ...others] = await ended(3);
  expect(first).toMatchObject({ name: "GET /tasks", traceId, parent: spanId });
  expect(others).toMatchObject([{ name: "GET /livez" }, { name: "GET /livez" }]);
  for (const other of others) expect(other).toMatchObject({ parent: undefined });
  expect(new Set(sdk.spans.map((span) => span.traceId)).size).toBe(3);
  server.close();
});

test("a client that leaves has a span that ends, without a status", async () => {
  const dispatcher = {
    run: ({ signal }: { signal: { addEventListener: AbortSignal["addEventListener"] } }) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("gone")));
      }),
    requireNeeds: () => ({ slots: 1, memoryBytes: 0 }),
  };
  const services = testServices({ tracing: sdk.tracing, dispatcher });
  const server = createServer(createApp(services).callback()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const arrived = once(server, "request");
  client.write("GET /hash HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await arrived;
  client.destroy();
  const [span] = await ended(1);
  expect(span?.name).toBe("GET /hash");
  expect(span?.attributes).not.toHaveProperty("http.response.status_code");
  server.close();
});

test("without an SDK the answer names no trace", async () => {
  const { headers } = await request(createApp(testServices()).callback()).get("/");
  expect(headers).not.toHaveProperty("traceresponse");
});

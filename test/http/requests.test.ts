import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import request from "supertest";
import { expect, test } from "vitest";
import { plainNeeds } from "../../src/compute/needs.ts";
import { createApp } from "../../src/http/app.ts";
import type { Services } from "../../src/http/services.ts";
import { logRequests } from "../../src/telemetry/access-log.ts";
import { testServices } from "../helpers/services.ts";

test("each request has an id of its own", async () => {
  const app = createApp(testServices()).callback();
  const ids = new Set<string | undefined>();
  for (let i = 0; i < 5; i++) ids.add((await request(app).get("/")).headers["x-request-id"]);
  expect(ids.size).toBe(5);
});

test("keeps the client's id if it is harmless", async () => {
  const app = createApp(testServices()).callback();
  const id = async (given: string) =>
    (await request(app).get("/").set("X-Request-Id", given)).headers["x-request-id"];
  expect(await id("a1b2:c3.d4_e-5")).toBe("a1b2:c3.d4_e-5");
  for (const harmful of ["with space", 'quote"', "x".repeat(129), "<script>"]) {
    expect(await id(harmful)).not.toBe(harmful);
  }
});

test("with the access log on, each request is a line", async () => {
  const services = testServices();
  logRequests(services.telemetry, services.log);
  const app = createApp(services).callback();
  const response = await request(app).get("/nowhere?a=1");
  expect(services.logged).toHaveLength(1);
  expect(JSON.parse(services.logged[0] ?? "")).toMatchObject({
    msg: "request",
    "http.request.method": "GET",
    "url.path": "/nowhere",
    "http.response.status_code": 404,
    requestId: response.headers["x-request-id"],
    "http.server.request.duration": expect.any(Number),
    "client.address": "127.0.0.1",
  });
  expect(services.logged[0]).not.toContain("a=1");
});

test("a request has its route, and neither its query nor its header in the log", async () => {
  const services = testServices();
  logRequests(services.telemetry, services.log);
  const app = createApp(services).callback();
  await request(app)
    .get("/tasks/hash?input=SECRET")
    .set("Authorization", "Bearer SECRET")
    .set("Cookie", "a=SECRET")
    .set("User-Agent", "a tool");
  const [line = ""] = services.logged;
  expect(JSON.parse(line)).toMatchObject({
    "url.path": "/tasks/hash",
    "http.route": "/tasks/:task",
    "user_agent.original": "a tool",
  });
  expect(line).not.toContain("SECRET");
});

test("a target with a password is refused, and not in the log", async () => {
  const services = testServices();
  logRequests(services.telemetry, services.log);
  const server = createServer(createApp(services).callback()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect(port, "127.0.0.1");
  client.end("GET http://me:SECRET@host/hash?SECRET HTTP/1.1\r\nHost: a\r\n\r\n");
  client.resume();
  await once(client, "close");
  while (services.logged.length < 1) await nextTurn();
  expect(JSON.parse(services.logged[0] ?? "")).toMatchObject({ "http.response.status_code": 400 });
  expect(services.logged.join("")).not.toContain("SECRET");
  server.close();
});

test("the log of errors has requests that failed, and no others", async () => {
  const services = testServices();
  logRequests(services.telemetry, services.log, "errors");
  const app = createApp(services).callback();
  await request(app).get("/");
  await request(app).get("/nowhere");
  expect(services.logged.map((line) => JSON.parse(line)["url.path"])).toEqual(["/nowhere"]);
});

test("a client that leaves before its answer has a line without a status", async () => {
  const run: Services["dispatcher"]["run"] = ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  const services = testServices({ dispatcher: { run, requireNeeds: () => plainNeeds } });
  logRequests(services.telemetry, services.log);
  const server = createServer(createApp(services).callback()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect(port, "127.0.0.1");
  const arrived = once(server, "request");
  client.write("GET /hash?input=a HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(3));
  await arrived;
  client.destroy();
  while (services.logged.length < 3) await nextTurn();
  for (const line of services.logged) {
    const left = {
      clientGone: true,
      "client.address": "127.0.0.1",
      "http.response.status_code": null,
      "http.route": "/hash",
    };
    expect(JSON.parse(line)).toMatchObject({ msg: "request", "url.path": "/hash", ...left });
  }
  server.close();
});

test("with the access log off, a request leaves no line", async () => {
  const services = testServices();
  const app = createApp(services).callback();
  await request(app).get("/");
  await request(app).get("/nowhere");
  expect(services.logged).toEqual([]);
});

test("while draining, readyz fails, other routes answer, and connections are closed", async () => {
  const stop = new AbortController();
  const app = createApp(testServices({ stopping: stop.signal })).callback();
  expect((await request(app).get("/readyz")).body).toMatchObject({ status: "ready", worker: 1 });
  stop.abort();
  const ready = await request(app).get("/readyz");
  expect(ready.status).toBe(503);
  expect(ready.body).toMatchObject({ type: "/problems/draining" });
  const live = await request(app).get("/livez");
  expect(live.body).toMatchObject({ status: "alive" });
  expect(live.headers["connection"]).toBe("close");
  for (const path of ["/hash?input=a&iterations=1", "/hash?iterations=0", "/nowhere"]) {
    expect((await request(app).get(path)).headers["connection"]).toBe("close");
  }
});

import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from "node:http";
import { type AddressInfo, createServer as createBareServer } from "node:net";
import request from "supertest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ControlUnderTest } from "./controlled.ts";

/** A server that control passes requests on to. It answers as each test says. */
let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {};
const server = createServer((asked, response) => answer(asked, response));
let control: ControlUnderTest;

async function open(...flags: string[]) {
  const { port } = server.address() as AddressInfo;
  control = new ControlUnderTest("127.0.0.1:0", port, {}, flags);
  return request((await control.link.url) ?? "");
}

beforeEach(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  await control[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

async function bodyOf(asked: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of asked.setEncoding("utf8")) text += chunk;
  return text;
}

describe("what control passes on to the server", () => {
  test("the method, the path as it is, the body, and the headers that are for it", async () => {
    const ask = await open("--token", "correct-horse-battery");
    const asked = Promise.withResolvers<object>();
    answer = async (got, response) => {
      const { method, url, headers } = got;
      asked.resolve({ method, url, headers, body: await bodyOf(got) });
      const timing = { "Server-Timing": "run;dur=2", "Task-Output": "bytes" };
      const own = { "Set-Cookie": "a=b", "Access-Control-Allow-Origin": "*" };
      response.writeHead(202, { ...timing, ...own, "Content-Type": "text/csv" }).end("1,2\n");
    };
    const got = await ask
      .post("/server/tasks/a%2F..%2Fb?executor=threads")
      .set({ Authorization: "Bearer correct-horse-battery", Cookie: "c=d", Prefer: "wait=3" })
      .set({ "Sec-Fetch-Site": "same-origin", "X-Request-Id": "abc", "Content-Type": "text/plain" })
      .send("input");
    const { port } = server.address() as AddressInfo;
    expect(await asked.promise).toEqual({
      ...{ method: "POST", url: "/tasks/a%2F..%2Fb?executor=threads", body: "input" },
      headers: expect.objectContaining({
        ...{ host: `127.0.0.1:${port}`, authorization: "Bearer correct-horse-battery" },
        ...{ prefer: "wait=3", "content-type": "text/plain", "x-request-id": "abc" },
        connection: "close",
      }),
    });
    const { headers } = (await asked.promise) as { headers: object };
    for (const name of ["cookie", "sec-fetch-site", "origin"])
      expect(headers).not.toHaveProperty(name);
    expect([got.status, got.text]).toEqual([202, "1,2\n"]);
    expect(got.headers).toMatchObject({
      ...{ "server-timing": "run;dur=2", "task-output": "bytes", "content-type": "text/csv" },
      "content-security-policy": expect.stringContaining("sandbox"),
    });
    expect(got.headers).not.toHaveProperty("set-cookie");
    expect(got.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("nothing beside the table, and nothing that control would refuse", async () => {
    const ask = await open("--token", "correct-horse-battery");
    answer = () => expect.unreachable();
    expect((await ask.get("/server/stats")).status).toBe(404);
    expect((await ask.get("/server/tasks/../stats")).status).toBe(404);
    expect((await ask.delete("/server/jobs")).status).toBe(405);
    expect((await ask.post("/server/tasks/hash")).status).toBe(401);
    const other = ask.post("/server/tasks/hash").set("Origin", "https://evil.example");
    expect((await other).status).toBe(403);
  });

  test("an answer in pieces arrives piece by piece", async () => {
    await open();
    const goOn = Promise.withResolvers<void>();
    answer = async (_, response) => {
      response.write("first");
      await goOn.promise;
      response.end(" last");
    };
    const response = await fetch(new URL("/server/tasks", await control.link.url));
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe("first");
    goOn.resolve();
    expect((await reader?.read())?.value).toBe(" last");
  });

  test("a client that goes takes its request along", async () => {
    await open();
    const begun = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    answer = (asked) => {
      asked.socket.once("close", () => closed.resolve());
      begun.resolve();
    };
    const gone = new AbortController();
    const { signal } = gone;
    const url = new URL("/server/tasks/hash", await control.link.url);
    const sent = fetch(url, { method: "POST", body: "{}", signal }).catch(() => "gone");
    await begun.promise;
    gone.abort();
    await closed.promise;
    expect(await sent).toBe("gone");
  });

  test("the body of a GET stays here: without its length it would be one more request", async () => {
    let got = "";
    const bare = createBareServer((socket) => {
      socket.on("data", (bytes) => {
        got += bytes;
      });
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    });
    bare.listen(0, "127.0.0.1");
    await once(bare, "listening");
    control = new ControlUnderTest("127.0.0.1:0", (bare.address() as AddressInfo).port);
    const asked = sendRequest(new URL("/server/tasks", await control.link.url), {
      headers: { "Transfer-Encoding": "chunked" },
    });
    asked.end("DELETE /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    const [{ statusCode }] = await once(asked, "response");
    expect(statusCode).toBe(200);
    bare.close();
    await once(bare, "close"); // Control has ended its connection: no more comes.
    expect(got).toMatch(/^GET \/tasks HTTP\/1.1\r\n/);
    expect(got).not.toContain("DELETE");
  });

  test("no answer is a problem of its own", async () => {
    const ask = await open();
    answer = (asked) => asked.socket.destroy();
    const { status, body } = await ask.post("/server/jobs").send({ task: "hash" });
    expect([status, body.type]).toEqual([502, "/problems/server-unreachable"]);
    expect(body.detail).toContain("did not answer");
  });
});

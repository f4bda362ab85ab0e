import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { Connections } from "../../../src/http/connections.ts";
import { createHttpServer } from "../../../src/http/server.ts";
import { RawClient } from "../../helpers/raw-client.ts";
import { testServices } from "../../helpers/services.ts";

const minutes = 60_000;
const headerLimitBytes = 8192;
const server = createHttpServer({
  ...{ headersTimeoutMs: minutes, requestTimeoutMs: minutes, keepAliveTimeoutMs: minutes },
  ...{ queueTimeoutMs: minutes, runTimeoutMs: minutes, headerLimitBytes },
});

beforeAll(async () => {
  new Connections(server, createApp(testServices({ headerLimitBytes })).callback());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** The status and the type of the answer to these bytes. */
async function answerTo(...pieces: readonly string[]): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const client = await RawClient.connect(`http://127.0.0.1:${port}`);
  for (const piece of pieces) client.send(piece);
  await client.receives(/\r\n\r\n.*\n$/s);
  client.socket.destroy();
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(client.received) ?? [];
  const [, type] = /"type":"\/problems\/([\w-]+)"/.exec(client.received) ?? [];
  return `${status} ${type}`;
}

const get = (path: string, fields = "") =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`;
const fields = (count: number) => "A: b\r\n".repeat(count);

test("a URL of half the limit is read, and one byte more is a 414", async () => {
  const path = (length: number) => `/${"a".repeat(length - 1)}`;
  expect(await answerTo(get(path(4096)))).toBe("404 not-found");
  expect(await answerTo(get(path(4097)))).toBe("414 uri-too-long");
  expect(await answerTo(get(`/hash?input=${"a".repeat(4096)}`))).toBe("414 uri-too-long");
});

test("a URL that alone is past the limit is a 414, too", async () => {
  expect(await answerTo(`GET /${"a".repeat(9000)}`)).toBe("414 uri-too-long");
  expect(await answerTo(get(`/${"a".repeat(60_000)}`))).toMatch(/^41[4]|^431/);
});

test("a header past the limit is a 431, and so is one of too many fields", async () => {
  expect(await answerTo(get("/", `X-Large: ${"x".repeat(9000)}\r\n`))).toBe("431 header-too-large");
  expect(await answerTo(get("/", fields(99)))).toBe("200 undefined");
  expect(await answerTo(get("/", fields(100)))).toBe("431 header-too-large");
  expect(await answerTo(get("/jobs", fields(1000)))).toBe("431 header-too-large");
});

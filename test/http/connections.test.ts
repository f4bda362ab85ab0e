import { once } from "node:events";
import type { RequestListener, Server, ServerResponse } from "node:http";
import { type AddressInfo, connect as connectSocket, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { Connections } from "../../src/http/connections.ts";
import { createHttpServer, type ServerLimits } from "../../src/http/server.ts";

const minutes = 60_000;
const timeouts = {
  ...{ headersTimeoutMs: minutes, requestTimeoutMs: minutes, keepAliveTimeoutMs: minutes },
  ...{ queueTimeoutMs: minutes, runTimeoutMs: minutes, headerLimitBytes: 16 * 1024 },
};

const opened: { server: Server; client: Socket }[] = [];

afterEach(() => {
  for (const { server, client } of opened.splice(0)) {
    client.destroy();
    server.close();
    server.closeAllConnections();
  }
});

/** A server with this listener, and one client that reads nothing until it is resumed. */
async function served(
  answer: RequestListener,
  longestUnreadMs?: number,
  limits: Partial<ServerLimits> = {},
) {
  const server = createHttpServer({ ...timeouts, ...limits });
  const connections = new Connections(server, answer, longestUnreadMs);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connectTo(server);
  client.pause();
  opened.push({ server, client });
  const [socket] = (await once(server, "connection")) as [Socket];
  return { server, connections, client, socket };
}

function connectTo(server: Server): Socket {
  const client = connectSocket((server.address() as AddressInfo).port, "127.0.0.1");
  return client.on("error", () => {});
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** Long enough for everything that can happen at once. */
async function manyTurns(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await nextTurn();
}

/** `once` would reject if the connection was reset. */
const closed = (socket: Socket) => new Promise((resolve) => socket.once("close", resolve));

test("pipelined requests are answered one after the other", async () => {
  const log: string[] = [];
  const { client } = await served(async ({ url }, response) => {
    log.push(`begins ${url}`);
    await manyTurns();
    log.push(`ends ${url}`);
    response.end();
  });
  client.write(["/1", "/2", "/3"].map(get).join(""));
  client.resume();
  while (!log.includes("ends /3")) await nextTurn();
  expect(log).toEqual(["begins /1", "ends /1", "begins /2", "ends /2", "begins /3", "ends /3"]);
});

test("a connection on which nothing has come is no late request: it may have been kept elsewhere", async () => {
  const answer: RequestListener = (_, response) => void response.end("yes");
  const { client, server } = await served(answer, undefined, { headersTimeoutMs: 10 });
  let received = "";
  client.on("data", (bytes) => {
    received += bytes;
  });
  client.resume();
  await once(server, "clientError"); // Node takes it for late.
  await manyTurns();
  expect(received).toBe("");
  client.write(get("/"));
  while (!received.endsWith("yes")) await once(client, "data");
  expect(received).toMatch(/^HTTP\/1\.1 200 /);
});

test("a connection on which nothing comes is closed like any other idle one, without a word", async () => {
  const { client } = await served(() => {}, undefined, { keepAliveTimeoutMs: 50 });
  let received = "";
  client.on("data", (bytes) => {
    received += bytes;
  });
  client.resume();
  await closed(client);
  expect(received).toBe("");
});

test("a first request may take longer than an idle connection is kept", async () => {
  const answered = Promise.withResolvers<void>();
  const answer: RequestListener = (_, response) =>
    void answered.promise.then(() => response.end("yes"));
  const { client, socket } = await served(answer, undefined, { keepAliveTimeoutMs: 50 });
  client.resume();
  client.write(get("/"));
  while (socket.timeout === 50) await nextTurn();
  expect(socket.timeout).toBeGreaterThan(minutes);
  answered.resolve();
  await once(client, "data");
});

test("an open connection counts, and one that has closed does not", async () => {
  const { connections, client, socket, server } = await served((_, response) => response.end());
  expect(connections.count).toBe(1);
  const another = connectTo(server);
  await once(server, "connection");
  expect(connections.count).toBe(2);
  const closed = once(socket, "close");
  client.destroy();
  await closed;
  expect(connections.count).toBe(1);
  another.destroy();
});

test("a client that does not read costs one answer; one that reads late gets all", async () => {
  const large = Buffer.alloc(20_000_000, 0x20);
  let made = 0;
  const { client, socket } = await served((_, response) => {
    made++;
    response.end(large);
  });
  client.write(get("/").repeat(5));
  while (made === 0) await nextTurn();
  await manyTurns();
  expect(made).toBe(1);
  expect(socket.writableLength).toBeLessThan(2 * large.length);
  let received = 0;
  client.on("data", ({ length }) => {
    received += length;
  });
  client.resume();
  while (received < 5 * large.length) await nextTurn();
  expect(made).toBe(5);
});

test("a client that reads nothing for too long is closed, a slow reader is not", async () => {
  const large = Buffer.alloc(20_000_000, 0x20);
  const { client, socket, server } = await served((_, response) => response.end(large), 100);
  const reading = connectSocket((server.address() as AddressInfo).port, "127.0.0.1");
  reading.resume();
  reading.write(get("/"));
  client.write(get("/"));
  await closed(socket);
  expect(reading.readyState).toBe("open");
  reading.destroy();
});

test("a flood of requests is read only as far as one read brings", async () => {
  let first: ServerResponse | undefined;
  let answered = 0;
  let come = 0;
  const { client, server, socket } = await served(({ url }, response) => {
    if (url === "/first") first = response;
    else {
      answered++;
      response.end();
    }
  });
  server.on("request", () => come++);
  const flood = 20_000;
  client.write(get("/first") + get("/").repeat(flood));
  while (!first) await nextTurn();
  await manyTurns();
  expect(socket.bytesRead).toBeLessThan(200_000);
  const taken = come;
  await manyTurns();
  expect(come).toBe(taken);
  expect(answered).toBe(0);
  client.resume();
  first.end();
  while (answered < flood) await nextTurn();
});

test("the pipelined requests of a client that left are not started", async () => {
  const begun: (string | undefined)[] = [];
  let first: ServerResponse | undefined;
  const { client, socket } = await served(({ url }, response) => {
    begun.push(url);
    first ??= response;
  });
  client.write(["/1", "/2", "/3"].map(get).join(""));
  while (!first) await nextTurn();
  client.resetAndDestroy();
  await closed(socket);
  await manyTurns();
  expect(begun).toEqual(["/1"]);
});

test("closing idle connections spares a new one, and one with a request under way", async () => {
  const answers: ServerResponse[] = [];
  const { connections, client, socket } = await served((_, response) => {
    answers.push(response);
  });
  connections.closeIdle();
  client.resume();
  client.write(get("/"));
  while (answers.length === 0) await nextTurn();
  connections.closeIdle();
  const [response] = answers;
  const isClosed = response && new Promise((resolve) => response.once("close", resolve));
  response?.end();
  await isClosed;
  expect(socket.destroyed).toBe(false);
  connections.closeIdle();
  await closed(client);
});

const connect = "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n";

test("a client that sends CONNECT and resets its connection ends nothing but that", async () => {
  const { server } = await served(() => {});
  for (let count = 0; count < 20; count++) {
    const client = connectTo(server);
    client.write(connect);
    const [socket] = (await once(server, "connection")) as [Socket];
    client.resetAndDestroy();
    await closed(socket);
  }
});

test("a CONNECT behind a request is refused after its answer", async () => {
  let first: ServerResponse | undefined;
  const { client } = await served((_, response) => {
    first = response;
  });
  let received = "";
  client.on("data", (text) => {
    received += text;
  });
  client.write(`${get("/")}${connect}`);
  client.resume();
  while (!first) await nextTurn();
  await manyTurns();
  first.end("first");
  await closed(client);
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 501"]);
  expect(received).toContain("first");
});

describe("half of the next request, which comes with the one before", () => {
  const [half, rest] = ["GET /2 HTTP/1.1\r\nHo", "st: localhost\r\n\r\n"];

  /** The first request is under way, and half of the next one has been read. */
  async function halfway() {
    const all = await served(({ url }, response) => {
      if (url === "/1") first.resolve(response);
      else response.end("second");
    });
    const first = Promise.withResolvers<ServerResponse>();
    let text = "";
    all.client.setEncoding("utf8").on("data", (more: string) => {
      text += more;
    });
    all.client.resume();
    all.client.write(`${get("/1")}${half}`);
    const response = await first.promise;
    const receives = async (word: string) => {
      while (!text.includes(word)) await nextTurn();
    };
    return { ...all, response, receives };
  }

  test("is answered here: only then the connection goes to another worker", async () => {
    const { connections, client, socket, response, receives } = await halfway();
    const passed: Socket[] = [];
    const passOn = async (leaving: Socket) => void passed.push(leaving);
    const drained = connections.drain({ longestMs: 0, takesWaiting: false, passOn });
    response.end("first");
    await receives("first");
    await manyTurns();
    expect(passed).toEqual([]);
    client.write(rest);
    await receives("second");
    await drained;
    expect(passed).toEqual([socket]);
  });

  test("is answered before the connection closes, if the server stops", async () => {
    const { connections, client, response, receives } = await halfway();
    const drained = connections.drain({
      ...{ longestMs: 0, takesWaiting: false, passOn: undefined },
    });
    response.end("first");
    await receives("first");
    await manyTurns();
    client.write(rest);
    await receives("second");
    await drained;
  });

  test("is no idle connection", async () => {
    const { connections, client, response, receives } = await halfway();
    response.end("first");
    await receives("first");
    connections.closeIdle();
    client.write(rest);
    await receives("second");
  });
});

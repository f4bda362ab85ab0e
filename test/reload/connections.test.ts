/** What a client notices of a reload on a connection that it keeps. */
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { signalPrimary, startWithoutTerminal } from "../helpers/own-session.ts";
import { RawClient } from "../helpers/raw-client.ts";
import { gone, type ServerProcess } from "../helpers/server-process.ts";

const get = "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n";
const holding = new URL("../fixtures/holding-task.ts", import.meta.url).pathname;

/** The pid of the worker that answered last. */
async function answer(client: RawClient): Promise<number> {
  client.received = "";
  client.send(get);
  await client.receives(/"pid":\d+/);
  return Number(/"pid":(\d+)/.exec(client.received)?.[1]);
}

/** Resolves when the old worker is gone: until then it answers what was sent to it. */
async function reloaded(server: ServerProcess, old: number): Promise<void> {
  signalPrimary(server, "SIGHUP");
  await gone(old);
}

/** Resolves when the old worker takes no more connections. While it does, it has every second one. */
async function allNew(server: ServerProcess, old: number): Promise<void> {
  for (let inTurn = 0; inTurn < 4; ) {
    const client = await RawClient.connect(server.url);
    inTurn = (await answer(client)) === old ? 0 : inTurn + 1;
    client.socket.destroy();
  }
}

test.each(["round-robin", "os", "reuse-port"])(
  "with --balance %s an idle connection stays open, and a new worker answers on it",
  async (balance) => {
    const flags = ["--workers", "1", "--balance", balance];
    await using server = await startWithoutTerminal(flags);
    const used = await RawClient.connect(server.url);
    const old = await answer(used);
    const unused = await RawClient.connect(server.url);
    await reloaded(server, old);
    const pids = [await answer(used), await answer(unused), await answer(used)];
    expect(pids).not.toContain(old);
    expect(new Set(pids).size).toBe(1);
    // It is a connection as any other: the next reload passes it on again.
    await reloaded(server, pids[0] ?? 0);
    expect(pids).not.toContain(await answer(used));
    used.socket.destroy();
    unused.socket.destroy();
  },
);

test("what runs is answered, and the client is told to close the connection", async () => {
  using folder = new Folder();
  const until = folder.file("end");
  const flags = ["--workers", "1", "--mode", "threads", "--threads", "1", "--tasks", holding];
  await using server = await startWithoutTerminal(flags);
  const client = await RawClient.connect(server.url);
  const old = await answer(client);
  const body = JSON.stringify({ until });
  const head = ["Host: localhost", "Content-Type: application/json"].join("\r\n");
  client.received = "";
  client.send(
    `POST /tasks/hold HTTP/1.1\r\n${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  signalPrimary(server, "SIGHUP");
  await allNew(server, old);
  writeFileSync(until, "");
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(client.received).toMatch(/^connection: close\r$/im);
});

test("a connection whose last body came whole after its answer goes on with the new worker", async () => {
  await using server = await startWithoutTerminal(["--workers", "1", "--body-limit", "10b"]);
  const client = await RawClient.connect(server.url);
  const old = await answer(client);
  const body = JSON.stringify("x".repeat(2000));
  const head = `Host: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  client.received = "";
  client.send(`POST /hash HTTP/1.1\r\n${head}\r\n\r\n`);
  await client.receives(/413/);
  client.send(body);
  await reloaded(server, old);
  expect(await answer(client)).not.toBe(old);
  client.socket.destroy();
});

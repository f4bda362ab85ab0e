import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { expect, test } from "vitest";
import type { Closable } from "../../../src/primary/processes/closable.ts";
import { Listening } from "../../../src/primary/processes/listening.ts";

const connection: Closable = { close: () => {} };

async function listenAt(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function freePort(): Promise<number> {
  const server = await listenAt(0);
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** What node:cluster does with the socket of its workers. */
function distribute(server: Server): Closable[] {
  const taken: Closable[] = [];
  const { _handle: handle } = server as unknown as { readonly _handle: object };
  const onconnection = (_status: number, each: Closable) => taken.push(each);
  Object.assign(handle, { onconnection });
  return taken;
}

test("a connection joins those of the workers, whatever else listens in this process", async () => {
  const listening = new Listening(await freePort());
  const [own, another] = [await listenAt(0), await listenAt(0)];
  const others = [distribute(own), distribute(another)];
  expect(listening.passOn(connection)).toBe(false);
  await listening.stop();
  expect([own.listening, another.listening]).toEqual([true, true]);
  expect(others).toEqual([[], []]);
  own.close();
  another.close();
});

test("the socket of the workers takes it, until it is stopped", async () => {
  const port = await freePort();
  const listening = new Listening(port);
  const own = await listenAt(0);
  const ofWorkers = await listenAt(port);
  const taken = distribute(ofWorkers);
  expect(listening.passOn(connection)).toBe(true);
  expect(taken).toEqual([connection]);
  await listening.stop();
  expect(listening.passOn(connection)).toBe(false);
  expect(own.listening).toBe(true);
  own.close();
  ofWorkers.close();
});

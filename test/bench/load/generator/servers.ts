/** Servers for the tests of the load generator, and the least of a plan for them. */
import { createServer, type RequestListener } from "node:http";
import {
  type AddressInfo,
  createServer as createNetServer,
  type Server,
  type Socket,
} from "node:net";
import type { LoadPlan, LoadRequest } from "../../../../bench/load/generator/plan.ts";
import type { StreamResult } from "../../../../bench/load/result.ts";

const open: (() => void)[] = [];

/** Closes every server that this file's tests have opened: call it after each test. */
export function closeServers(): void {
  for (const close of open.splice(0)) close();
}

async function listening(server: Server): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server of node:http; its URL. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  open.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return listening(server);
}

/** A server that says what it likes: called with each piece that arrives. */
export async function serveRaw(answer: (socket: Socket, served: number) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createNetServer((socket) => {
    let served = 0;
    sockets.add(socket);
    socket.on("error", () => {}); // the generator may have gone
    socket.on("data", () => {
      served += 1;
      answer(socket, served);
    });
  });
  open.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return listening(server);
}

export const hello: RequestListener = (_request, response) => response.end("hello\n");
export const helloText = { body: { kind: "text", equals: "hello\n" } } as const;

export function plan(
  url: string,
  rest: Partial<LoadPlan> & { request?: LoadRequest } = {},
): LoadPlan {
  const { request = { path: "/", expect: helloText }, ...others } = rest;
  return {
    url,
    requests: [request],
    arrivals: { kind: "closed" },
    connections: 4,
    durationMs: 300,
    ...others,
  };
}

export function sumOfOutcomes(stream: StreamResult): number {
  const { correct, wrong, unexpected, tolerated, failed, unanswered } = stream;
  return correct + wrong + unexpected + tolerated + failed + unanswered;
}

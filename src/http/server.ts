import { createServer, type Server } from "node:http";
import { refuseUnknownMethod } from "./router.ts";
import { longestWait } from "./routes/jobs/find-job.ts";
import { refuse } from "./unreadable.ts";

export interface ServerTimeouts {
  /** For a request's header to arrive whole. */
  readonly headersTimeoutMs: number;
  /** For a request to arrive whole. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveTimeoutMs: number;
  /** For a run to wait for its turn. */
  readonly queueTimeoutMs: number;
  /** For a run to end. */
  readonly runTimeoutMs: number;
}

/** How long a client may take to read an answer, on top of the time until there is one. */
const readingMs = 30_000;

/** How often Node looks for connections whose header or request is overdue. */
const connectionsCheckingInterval = 1000;

/** How long an answer may be under way: waited for, and read by a slow client. */
export function socketTimeoutMs(timeouts: ServerTimeouts): number {
  const { queueTimeoutMs, runTimeoutMs } = timeouts;
  return Math.max(queueTimeoutMs + runTimeoutMs, longestWait * 1000) + readingMs;
}

/**
 * The HTTP server, not yet listening. Who answers its requests, and what is no request, is left to
 * Connections.
 */
export function createHttpServer(timeouts: ServerTimeouts): Server {
  const server = createServer({
    headersTimeout: timeouts.headersTimeoutMs,
    requestTimeout: timeouts.requestTimeoutMs,
    keepAliveTimeout: timeouts.keepAliveTimeoutMs,
    connectionsCheckingInterval,
    // A request without a body costs a third less when Node sets up no stream for it.
    optimizeEmptyRequests: true,
    // Node would answer without a problem; `requireReadable` looks for it.
    requireHostHeader: false,
  });
  server.setTimeout(socketTimeoutMs(timeouts));
  // An Expect that Node does not know: handed on as well, for the same function to refuse.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  // Nothing is left to it but the socket: Node would drop it without a word.
  server.on("connect", (_, socket) => refuse(socket, refuseUnknownMethod("CONNECT")));
  return server;
}

import { createServer, type Server } from "node:http";
import type Koa from "koa";
import type { State } from "./services.ts";

export interface ServerTimeouts {
  /** For a request's header to arrive whole. */
  readonly headersTimeoutMs: number;
  /** For a request to arrive whole. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveTimeoutMs: number;
  /** How long an answer may be under way: queued, running, being read by a slow client. */
  readonly socketTimeoutMs: number;
}

/** How often Node looks for connections whose header or request is overdue. */
const connectionsCheckingInterval = 1000;

/**
 * The HTTP server around the application, not yet listening. What is no request is left to
 * Connections, which knows when it is its turn to be answered.
 */
export function createHttpServer(app: Koa<State>, timeouts: ServerTimeouts): Server {
  const server = createServer(
    {
      headersTimeout: timeouts.headersTimeoutMs,
      requestTimeout: timeouts.requestTimeoutMs,
      keepAliveTimeout: timeouts.keepAliveTimeoutMs,
      connectionsCheckingInterval,
      // A request without a body costs a third less when Node sets up no stream for it.
      optimizeEmptyRequests: true,
      // Node would answer without a problem; the middleware `responses` looks for it.
      requireHostHeader: false,
    },
    app.callback(),
  );
  server.setTimeout(timeouts.socketTimeoutMs);
  // An Expect that Node does not know: handed on as well, for the same middleware to refuse.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  return server;
}

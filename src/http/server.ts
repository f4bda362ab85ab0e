import type { Server } from "node:http";
import { createServer } from "../node-http.ts";
import { longestWaitSeconds } from "./routes/jobs/find-job.ts";

export interface ServerLimits {
  /** For the whole header of a request to arrive. */
  readonly headersTimeoutMs: number;
  /** For a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveTimeoutMs: number;
  /** The largest header, with its URL. */
  readonly headerLimitBytes: number;
  /** For a run to wait for its turn. */
  readonly queueTimeoutMs: number;
  /** For a run to end. */
  readonly runTimeoutMs: number;
}

/** How long a client may take to read an answer. */
const readingMs = 30_000;

/** How often Node looks for connections whose header or request is overdue. */
const connectionsCheckingInterval = 1000;

/** How long a socket may be silent: while the answer is computed, and while a slow client reads it. */
export function computeSocketTimeoutMs(limits: ServerLimits): number {
  const { queueTimeoutMs, runTimeoutMs } = limits;
  return Math.max(queueTimeoutMs + runTimeoutMs, longestWaitSeconds * 1000) + readingMs;
}

/** Creates the HTTP server. It does not listen. Connections answers its requests, clientErrors and CONNECTs. */
export function createHttpServer(limits: ServerLimits): Server {
  const server = createServer({
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval,
    maxHeaderSize: limits.headerLimitBytes,
    // A request without a body costs a third less when Node sets up no stream for it.
    optimizeEmptyRequests: true,
    // Node would refuse without a problem, so `requireReadable` checks it.
    requireHostHeader: false,
  });
  server.setTimeout(computeSocketTimeoutMs(limits));
  // An unknown Expect goes the same way: `requireReadable` refuses it.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  return server;
}

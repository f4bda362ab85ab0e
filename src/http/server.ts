import { createServer, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type Koa from "koa";
import { AppError } from "../errors.ts";
import { problemBody } from "./middleware/responses.ts";
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

/** The HTTP server around the application, not yet listening. */
export function createHttpServer(app: Koa<State>, timeouts: ServerTimeouts): Server {
  const server = createServer(
    {
      headersTimeout: timeouts.headersTimeoutMs,
      requestTimeout: timeouts.requestTimeoutMs,
      keepAliveTimeout: timeouts.keepAliveTimeoutMs,
      connectionsCheckingInterval,
      // A request without a body costs a third less when Node sets up no stream for it.
      optimizeEmptyRequests: true,
    },
    app.callback(),
  );
  server.setTimeout(timeouts.socketTimeoutMs);
  server.on("clientError", answerUnparsable);
  return server;
}

/** Answers what Node could not read as a request, where there is still somebody to answer. */
function answerUnparsable(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = unparsable(error);
  const body = problemBody(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  // Destroyed and not only ended: a client that keeps its side open would keep the socket.
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

function unparsable({ code, message }: Error & { code?: string }): AppError {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new AppError(
        "request-timeout",
        "The request did not arrive whole in time (--headers-timeout, --request-timeout).",
      );
    case "HPE_HEADER_OVERFLOW":
      return new AppError("header-too-large", "The header is larger than 16 KiB. Send less.");
    default:
      return new AppError("malformed-request", `This is not HTTP/1.1 as it should be: ${message}.`);
  }
}

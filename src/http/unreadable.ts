import type { Duplex } from "node:stream";
import { AppError } from "../errors.ts";
import { STATUS_CODES } from "../node-http.ts";
import { problemMediaType, writeProblem } from "./problem.ts";

/** What Node says of bytes that are no request. */
export interface Unreadable extends Error {
  readonly code?: string;
  /** The bytes that came last. */
  readonly rawPacket?: Buffer;
}

/**
 * Explains why Node could not read bytes as a request.
 *
 * @param isWhole whether its last bytes are all that came of the request
 */
export function explainUnreadable(error: Unreadable, isWhole = false): AppError {
  const { code, message, rawPacket } = error;
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new AppError(
        "request-timeout",
        "The request did not arrive in time (--headers-timeout, --request-timeout). Send it faster.",
      );
    case "HPE_HEADER_OVERFLOW":
      if (isWhole && rawPacket?.includes("\n") === false) return explainLongUrl();
      return explainLargeHeader("The header is larger than --header-limit.");
    default:
      return new AppError("malformed-request", `This is not valid HTTP/1.1: ${message}.`);
  }
}

/** @param reason a sentence */
export function explainLargeHeader(reason: string): AppError {
  return new AppError("header-too-large", `${reason} Send less.`);
}

export function explainLongUrl(): AppError {
  const detail =
    "The URL takes more than half of --header-limit. Send the input as the body of a POST.";
  return new AppError("uri-too-long", detail);
}

/** Writes a problem to a connection that has no response object, and closes it. */
export function refuse(socket: Duplex, problem: AppError): void {
  const body = `${writeProblem(problem)}\n`;
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "X-Content-Type-Options: nosniff",
    "Connection: close",
  ];
  // Destroy it as well: a client that keeps its side open would keep the socket alive.
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

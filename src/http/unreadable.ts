import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "../errors.ts";
import { problemMediaType, writeProblem } from "./problem.ts";

/** Explains why Node could not read bytes as a request. */
export function explainUnreadable({ code, message }: Error & { code?: string }): AppError {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new AppError(
        "request-timeout",
        "The request did not arrive in time (--headers-timeout, --request-timeout). Send it faster.",
      );
    case "HPE_HEADER_OVERFLOW":
      return new AppError("header-too-large", "The header is larger than 16 KiB. Send less.");
    default:
      return new AppError("malformed-request", `This is not valid HTTP/1.1: ${message}.`);
  }
}

/** Writes a problem to a connection that has no response object, and closes it. */
export function refuse(socket: Duplex, problem: AppError): void {
  const body = `${writeProblem(problem)}\n`;
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  // Destroy it as well: a client that keeps its side open would keep the socket alive.
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

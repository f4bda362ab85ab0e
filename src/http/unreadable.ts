import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "../errors.ts";
import { problemMediaType, writeProblem } from "./problem.ts";

/** What is told of bytes that Node could not read as a request. */
export function unreadable({ code, message }: Error & { code?: string }): AppError {
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

/** Writes a problem straight to a connection, where no response exists to carry it; closes it. */
export function refuse(socket: Duplex, problem: AppError): void {
  const body = `${writeProblem(problem)}\n`;
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  // Destroyed and not only ended: a client that keeps its side open would keep the socket.
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

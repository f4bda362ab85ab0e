import type { IncomingMessage } from "node:http";
import { AppError } from "../errors.ts";

/** We answer before reading the body, so close: leftover bytes would parse as the next request. */
const closing = { headers: { Connection: "close" } };

/**
 * Refuses what Node would refuse without a problem: a request without exactly one Host (RFC 9112,
 * section 3.2), and an Expect that nobody knows (RFC 9110, section 10.1.1).
 */
export function requireReadable(request: IncomingMessage): void {
  if (request.httpVersionMinor === 0) return;
  const { host, expect } = request.headers;
  if (host === undefined) {
    const detail = "The request has no Host header. Send the name of the server in it.";
    throw new AppError("malformed-request", detail, closing);
  }
  if (countHosts(request.rawHeaders) > 1) {
    const detail = "The request has more than one Host header. Send exactly one.";
    throw new AppError("malformed-request", detail, closing);
  }
  if (expect !== undefined && !/\b100-continue\b/i.test(expect)) {
    const detail = `The header "Expect: ${expect}" is not known. Send Expect: 100-continue, or none.`;
    throw new AppError("expectation-failed", detail, closing);
  }
}

/** `headers` has the first Host only; the raw ones have each name and its value in turn. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === "host") count++;
  }
  return count;
}

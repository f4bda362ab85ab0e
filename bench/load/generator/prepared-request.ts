import { createJudge, type Judge } from "./expectation.ts";
import type { LoadRequest } from "./plan.ts";

/** A request as the bytes that go out, ready before the clock runs. */
export interface PreparedRequest {
  readonly bytes: Buffer;
  /** Whether the answer has no body, whatever its headers say (HEAD). */
  readonly bodiless: boolean;
  readonly judge: Judge;
}

/**
 * @param host the Host header: name and port of the target
 * @param keepAlive false asks the server to close after its answer
 */
export function prepareRequest(
  request: LoadRequest,
  host: string,
  keepAlive: boolean,
): PreparedRequest {
  const method = request.method ?? "GET";
  const headers = new Map<string, string>([["host", host]]);
  const body = typeof request.body === "string" ? Buffer.from(request.body) : request.body;
  if (body !== undefined) {
    headers.set("content-type", "application/json");
    headers.set("content-length", String(body.length));
  }
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    headers.set(name.toLowerCase(), value);
  }
  if (!keepAlive) headers.set("connection", "close");
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${request.path} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
  return {
    bytes: body === undefined ? head : Buffer.concat([head, body]),
    bodiless: method === "HEAD",
    judge: createJudge(request.expect),
  };
}

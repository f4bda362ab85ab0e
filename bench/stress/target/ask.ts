import { type IncomingHttpHeaders, request as send } from "node:http";
import { buffer } from "node:stream/consumers";
import type { LoadRequest } from "../../load/generator/plan.ts";
import { unbracket } from "../../load/host-name.ts";

export interface TargetAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** From the send to the last byte. */
  readonly ms: number;
}

const timeoutMs = 30_000;

/**
 * Sends one request on its own connection, outside of the load.
 *
 * @throws Error where there is no whole answer within 30 s, or the signal aborts
 */
export async function ask(
  origin: string,
  { method = "GET", path, headers = {}, body }: LoadRequest,
  signal: AbortSignal,
): Promise<TargetAnswer> {
  const startedAt = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<TargetAnswer>();
  const bodyHeaders =
    body === undefined
      ? {}
      : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { hostname, port } = new URL(origin);
  const options = {
    host: unbracket(hostname),
    port,
    method,
    path,
    headers: { ...bodyHeaders, ...headers },
    agent: false,
    signal: bounded,
  };
  send(options, (response) => {
    buffer(response).then((whole) => {
      const ms = performance.now() - startedAt;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole, ms });
    }, reject);
  })
    .on("error", reject)
    .end(body);
  return promise;
}

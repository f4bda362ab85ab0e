/** The log of requests (`--access-log`). */
import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import { shorten } from "../errors.ts";
import type { RequestEnded, Telemetry, TraceIds } from "./events.ts";

/** A longer path or name of a client is cut: a header may have 16 KiB. */
const mostCharacters = 500;

/**
 * Logs requests: all of them, or those that ended with status 400 or higher or whose client left.
 * The fields have the names of OpenTelemetry's conventions for HTTP.
 */
export function logRequests(
  telemetry: Telemetry,
  log: Logger,
  which: Exclude<Config["accessLog"], "off"> = "all",
): void {
  telemetry.on("request.ended", (request) => {
    if (which === "all" || isError(request)) log.info(requestFields(request), "request");
  });
}

function isError({ status, clientGone }: RequestEnded): boolean {
  return status === null || status >= 400 || clientGone === true;
}

/** What a line says of a request. No query, no header and no body: they may hold inputs and secrets. */
function requestFields(request: RequestEnded): Record<string, unknown> {
  const { path, userAgent } = request;
  return {
    requestId: request.requestId,
    "http.request.method": request.method,
    "url.path": path === undefined ? undefined : shorten(path, mostCharacters),
    "http.route": request.route,
    "http.response.status_code": request.status,
    "error.type": request.problem,
    "http.response.body.size": request.bytes,
    "http.server.request.duration": Math.round(request.durationMs * 1000) / 1e6,
    "client.address": request.clientAddress,
    "user_agent.original": userAgent === undefined ? undefined : shorten(userAgent, mostCharacters),
    ...traceFields(request.trace),
    ...(request.clientGone && { clientGone: true }),
  };
}

/** The fields by which a line of a log is found from a trace, and the trace from the line. */
export function traceFields(trace: TraceIds | undefined): Record<string, string> {
  return trace ? { trace_id: trace.traceId, span_id: trace.spanId } : {};
}

import type { Middleware } from "koa";
import type { SpanAttributes, TraceSpan } from "../telemetry/tracing/trace-span.ts";
import type { Tracing } from "../telemetry/tracing/tracing.ts";
import { shownPath } from "./request-path.ts";
import type { HttpContext, Services, State } from "./services.ts";

/**
 * Makes a span of each request, by OpenTelemetry's conventions for HTTP servers. It is part of the
 * trace that `traceparent` names, and the answer names it in `traceresponse` (a draft of the W3C).
 * Where another library has made a span of the request, that one gets the route.
 */
export function traceRequests(
  tracing: Tracing,
  { clientAddress }: Pick<Services, "clientAddress">,
): Middleware<State> {
  return (ctx, next) => {
    const foreign = tracing.foreign();
    const span = foreign ?? beginSpan(tracing, ctx, clientAddress(ctx.req));
    ctx.state.span = span;
    if (foreign) return span.within(next).finally(() => nameRoute(span, ctx));
    nameSpan(ctx, span);
    ctx.res.once("close", () => endSpan(span, ctx));
    return span.within(next);
  };
}

function beginSpan(tracing: Tracing, ctx: HttpContext, client: string | undefined): TraceSpan {
  const { req } = ctx;
  const { method = "", headers } = req;
  const attributes: SpanAttributes = {
    "http.request.method": method,
    "url.path": shownPath(req.url),
    "url.scheme": "http",
    ...hostOf(headers.host),
    "client.address": client,
    "network.peer.address": req.socket.remoteAddress,
    "network.protocol.version": req.httpVersion,
    "user_agent.original": headers["user-agent"],
  };
  return tracing.begin(method, { kind: "SERVER", attributes, headers });
}

function nameSpan({ res }: HttpContext, span: TraceSpan): void {
  const { traceparent } = span.carrier;
  if (traceparent !== undefined) res.setHeader("traceresponse", traceparent);
}

/** With the answer, or when the client has left: that may be before the route has ended. */
function endSpan(span: TraceSpan, ctx: HttpContext): void {
  const { res, state } = ctx;
  const status = res.headersSent ? res.statusCode : undefined;
  nameRoute(span, ctx);
  span.set({ "http.response.status_code": status });
  if (status !== undefined && status >= 500) span.fail(state.problem ?? String(status));
  span.end();
}

function nameRoute(span: TraceSpan, { req, state: { route } }: HttpContext): void {
  if (route === undefined) return;
  span.rename(`${req.method} ${route}`);
  span.set({ "http.route": route });
}

function hostOf(host: string | undefined): SpanAttributes {
  const url = URL.parse(`http://${host}`);
  if (!host || !url) return {};
  return { "server.address": url.hostname, "server.port": Number(url.port || 80) };
}

import { AppError } from "../../../errors.ts";
import { isTraceparent } from "../../../telemetry/tracing/carrier.ts";
import type { HttpContext } from "../../services.ts";

/** What the client prefers (RFC 7240). Unknown preferences are ignored. */
export interface Preferences {
  readonly respondAsync: boolean;
  /** In seconds. */
  readonly wait: number | undefined;
}

const none: Preferences = { respondAsync: false, wait: undefined };

/** Reads the header. Of two equal preferences the first one counts (RFC 7240, section 2). */
export function readPreferences(ctx: HttpContext): Preferences {
  const sent = ctx.get("Prefer");
  if (sent === "") return none;
  const said = new Map<string, string>();
  for (const preference of sent.split(",")) {
    const [, name, value = ""] = /^\s*([\w-]+)(?:\s*=\s*"?([^";]*)"?)?/.exec(preference) ?? [];
    const known = name?.toLowerCase();
    if (known && !said.has(known)) said.set(known, value.trim());
  }
  const wait = said.get("wait");
  return {
    respondAsync: said.has("respond-async"),
    wait: wait !== undefined && /^\d+$/.test(wait) ? Number(wait) : undefined,
  };
}

/**
 * Reads the client's name for this submission (draft-ietf-httpapi-idempotency-key-header). The draft
 * wants a quoted string; most clients send a bare one.
 *
 * @throws AppError `malformed-request`
 */
export function readIdempotencyKey(ctx: HttpContext): string | null {
  const sent = ctx.get("Idempotency-Key");
  if (sent === "" && ctx.headers["idempotency-key"] === undefined) return null;
  const key = /^"(.*)"$/.exec(sent)?.[1] ?? sent;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const detail = "The Idempotency-Key must be 1 to 255 printable ASCII characters without spaces.";
  throw new AppError("malformed-request", detail);
}

/**
 * The trace that the job is part of: the span of the request, or what the client sent (W3C Trace
 * Context, section 3.2). An invalid one is ignored.
 */
export function readTraceparent(ctx: HttpContext): string | null {
  const sent = ctx.state.span?.carrier["traceparent"] ?? ctx.get("traceparent");
  return isTraceparent(sent) ? sent : null;
}

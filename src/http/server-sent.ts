/** Server-Sent Events (WHATWG HTML, section 9.2): how they are written and answered. */
import type { Readable } from "node:stream";
import type { HttpContext } from "./services.ts";

/** Proxies close connections that are silent for about half a minute. */
export const heartbeatMs = 15_000;

/** A comment: it keeps a connection open, and tells nothing. */
export const heartbeat = ":\n\n";

/** How long a client waits before it reconnects. */
const retryMs = 1000;

/** The first line of each stream. */
export const retryLine = `retry: ${retryMs}\n\n`;

/** @param data in one line */
export function writeEvent(name: string, data: string, id?: number): string {
  const idLine = id === undefined ? "" : `id: ${id}\n`;
  return `event: ${name}\n${idLine}data: ${data}\n\n`;
}

/** Answers with the events of a stream. */
export function answerStream(ctx: Pick<HttpContext, "set" | "body">, events: Readable): void {
  ctx.set("Content-Type", "text/event-stream");
  ctx.set("Cache-Control", "no-store");
  ctx.body = events;
}

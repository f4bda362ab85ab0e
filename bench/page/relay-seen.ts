import { readEvents } from "../../src/client/event-source.ts";
import type { SeenItem } from "../../src/telemetry/watch/seen.ts";

const names = new Set<string>(["runs", "figures", "mark"] satisfies SeenItem["event"][]);

/**
 * Passes on what a server shows of itself (`GET /events` of control), until the signal aborts.
 *
 * @throws Error where the stream cannot be read, or has ended
 */
export async function relaySeen(
  controlUrl: string,
  onSeen: (item: SeenItem) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(new URL("/events", controlUrl), { signal });
  if (!response.ok || !response.body) throw new Error(`GET /events answered ${response.status}`);
  for await (const { name, data } of readEvents(response.body)) {
    if (names.has(name)) onSeen({ event: name, data: JSON.parse(data) } as SeenItem);
  }
  throw new Error("the stream has ended");
}

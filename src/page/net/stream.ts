import type { SeenEvents } from "../../telemetry/watch/seen.ts";

/** How the page and the server are connected. `resting`: nobody has looked at the page for a while. */
export type Connection =
  | { readonly kind: "connecting" | "connected" | "resting" }
  | { readonly kind: "lost"; readonly sinceMs: number };

export type EventName = keyof SeenEvents;
export type Listener<Name extends EventName> = (data: SeenEvents[Name]) => void;

/** The events of control (`GET /events`). */
export interface Stream {
  /** @returns what ends it */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void;
  /** Tells the connection as it is, and each change of it. */
  onConnection(listener: (connection: Connection) => void): () => void;
}

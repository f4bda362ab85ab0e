import type { ContrastServer } from "../../telemetry/watch/contrast.ts";
import type { SeenEvents, SeenItem } from "../../telemetry/watch/seen.ts";
import type { Connection, Stream } from "../net/stream.ts";

type EventName = keyof SeenEvents;

/** What one server of a contrast shows of itself, as a stream of its own. */
export class SideStream implements Stream {
  readonly #listeners = new Map<EventName, Set<(data: never) => void>>();
  readonly #followers = new Set<(connection: Connection) => void>();
  #connection: Connection = { kind: "connecting" };

  on<Name extends EventName>(name: Name, listener: (data: SeenEvents[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  onConnection(listener: (connection: Connection) => void): () => void {
    this.#followers.add(listener);
    listener(this.#connection);
    return () => void this.#followers.delete(listener);
  }

  /** @param startedAt ms since 1970, by the clock of the server's machine */
  start({ mode, pid }: ContrastServer, startedAt: number): void {
    const unknown = { version: "", node: "", executor: "", url: "", hasJobs: false };
    this.#send("start", {
      server: { ...unknown, mode, pid, startedAt },
      at: startedAt,
      history: [],
    });
    this.#become({ kind: "connected" });
  }

  tell({ event, data }: SeenItem): void {
    this.#send(event, data);
  }

  /** Its server is gone: the time stands still. */
  end(): void {
    this.#become({ kind: "resting" });
  }

  #send(name: EventName, data: unknown): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(data as never);
  }

  #become(connection: Connection): void {
    this.#connection = connection;
    for (const follower of this.#followers) follower(connection);
  }
}

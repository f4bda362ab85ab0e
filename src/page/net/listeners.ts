import type { SeenEvents } from "../../telemetry/watch/seen.ts";
import type { Connection, EventName, Listener, Stream } from "./stream.ts";

/** Those who listen to a stream, and how it is connected. What it tells comes from who extends this. */
export abstract class Listeners implements Stream {
  readonly #listeners = new Map<EventName, Set<Listener<never>>>();
  readonly #followers = new Set<(connection: Connection) => void>();
  #connection: Connection = { kind: "connecting" };

  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  onConnection(listener: (connection: Connection) => void): () => void {
    this.#followers.add(listener);
    listener(this.#connection);
    return () => void this.#followers.delete(listener);
  }

  protected get connection(): Connection {
    return this.#connection;
  }

  protected send<Name extends EventName>(name: Name, data: SeenEvents[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(data as never);
  }

  protected become(connection: Connection): void {
    this.#connection = connection;
    for (const follower of this.#followers) follower(connection);
  }
}

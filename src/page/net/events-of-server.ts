import type { Connection, EventName, Listener, Stream } from "./stream.ts";

const names = ["start", "runs", "figures", "mark", "missed"] as const satisfies EventName[];

/** Pauses before it connects again. The last one repeats. */
const pausesMs = [500, 1000, 2000, 4000];

/** Figures come each second. After so long without any the connection is dead. */
const longestSilenceMs = 15_000;

/** A page that nobody sees for so long leaves the server alone. */
const restAfterMs = 60_000;

/** Keeps a connection to the server as long as somebody sees the page. */
export class EventsOfServer implements Stream {
  readonly #listeners = new Map<EventName, Set<Listener<never>>>();
  readonly #followers = new Set<(connection: Connection) => void>();
  #connection: Connection = { kind: "connecting" };
  #source: EventSource | undefined;
  #tries = 0;
  #retry: number | undefined;
  #silence: number | undefined;
  #rest: number | undefined;

  /** Connects, and goes on to. */
  start(): void {
    document.addEventListener("visibilitychange", () => this.#seen());
    this.#connect();
  }

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

  #connect(): void {
    const source = new EventSource(new URL("events", document.baseURI));
    this.#source = source;
    source.addEventListener("error", () => this.#lose());
    for (const name of names) {
      source.addEventListener(name, ({ data }) => this.#take(name, JSON.parse(data)));
    }
    this.#expectMore();
  }

  #take(name: EventName, data: unknown): void {
    this.#expectMore();
    if (name === "start") {
      this.#tries = 0;
      this.#become({ kind: "connected" });
    }
    for (const listener of this.#listeners.get(name) ?? []) listener(data as never);
  }

  #expectMore(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lose(), longestSilenceMs);
  }

  #lose(): void {
    this.#close();
    const pauseMs = pausesMs[Math.min(this.#tries, pausesMs.length - 1)];
    this.#tries += 1;
    this.#retry = setTimeout(() => this.#connect(), pauseMs);
    if (this.#connection.kind !== "lost") this.#become({ kind: "lost", sinceMs: Date.now() });
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#silence);
    clearTimeout(this.#retry);
  }

  #seen(): void {
    clearTimeout(this.#rest);
    if (document.visibilityState === "hidden") {
      this.#rest = setTimeout(() => {
        this.#close();
        this.#become({ kind: "resting" });
      }, restAfterMs);
    } else if (this.#connection.kind === "resting") {
      this.#become({ kind: "connecting" });
      this.#connect();
    }
  }

  #become(connection: Connection): void {
    this.#connection = connection;
    for (const follower of this.#followers) follower(connection);
  }
}

import type { SeenEvents } from "../../telemetry/watch/seen.ts";
import { Listeners } from "./listeners.ts";
import type { EventName } from "./stream.ts";

const names = ["start", "runs", "figures", "mark", "missed", "gone"] as const satisfies EventName[];

/** Pauses before it connects again. The last one repeats. */
const pausesMs = [500, 1000, 2000, 4000];

/** Figures come each second. After so long without any the connection is dead. */
const longestSilenceMs = 15_000;

/** A page that nobody sees for so long leaves the server alone. */
const restAfterMs = 60_000;

/** Keeps a connection to the server as long as somebody sees the page. */
export class EventsOfServer extends Listeners {
  readonly #path: string;
  readonly #ending = new AbortController();
  #source: EventSource | undefined;
  #tries = 0;
  #retry: number | undefined;
  #silence: number | undefined;
  #rest: number | undefined;

  /** @param path from where the page is: `events`, or those of another host */
  constructor(path = "events") {
    super();
    this.#path = path;
  }

  /** Connects, and goes on to. */
  start(): void {
    const { signal } = this.#ending;
    document.addEventListener("visibilitychange", () => this.#seen(), { signal });
    this.#connect();
  }

  end(): void {
    this.#ending.abort();
    clearTimeout(this.#rest);
    this.#close();
  }

  #connect(): void {
    const source = new EventSource(new URL(this.#path, document.baseURI));
    this.#source = source;
    source.addEventListener("error", () => this.#lose());
    for (const name of names) {
      source.addEventListener(name, ({ data }) => this.#take(name, JSON.parse(data)));
    }
    this.#expectMore();
  }

  #take<Name extends EventName>(name: Name, data: SeenEvents[Name]): void {
    this.#expectMore();
    if (name === "start") {
      this.#tries = 0;
      this.become({ kind: "connected" });
    }
    this.send(name, data);
    if (name === "gone") this.#lose(); // It may come back.
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
    if (this.connection.kind !== "lost") this.become({ kind: "lost", sinceMs: Date.now() });
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
        this.become({ kind: "resting" });
      }, restAfterMs);
    } else if (this.connection.kind === "resting") {
      this.become({ kind: "connecting" });
      this.#connect();
    }
  }
}

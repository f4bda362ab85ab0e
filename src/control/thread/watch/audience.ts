import type { Readable } from "node:stream";
import type { Clock } from "../../../clock.ts";
import { AppError } from "../../../errors.ts";
import { retryLine, writeEvent } from "../../../http/server-sent.ts";
import type { SeenItem, SeenMark, SeenRunsOf, SeenStart } from "../../../telemetry/watch/seen.ts";
import { History } from "./history.ts";
import { OpenRuns } from "./open-runs.ts";
import { Watcher } from "./watcher.ts";
import { withoutJobs } from "./without-jobs.ts";

/** Each takes a connection, and some memory. */
const mostWatchers = 32;

/** Hears each item as JSON text: `{"event":"runs","data":...}`. */
export type Listener = (item: string) => void;

export interface AudienceOptions {
  readonly clock: Clock;
  /** Ms since 1970, by the clock of the server that is watched. */
  readonly now: () => number;
  /** What the first event says of the server. */
  readonly describe: () => SeenStart["server"];
  /** How long after the last one has left it is `onNone`: a page that is loaded again is away for a moment. */
  readonly leaveMs: number;
  /** Somebody has come, where nobody was. */
  readonly onSome: () => void;
  readonly onNone: () => void;
}

/** Those who watch one server, and what is kept for those who come later. */
export class Audience {
  readonly #options: AudienceOptions;
  readonly #history = new History();
  readonly #open = new OpenRuns();
  /** With whether each may see the ids of jobs. */
  readonly #watchers = new Map<Watcher, boolean>();
  readonly #listeners = new Set<Listener>();
  #hasSome = false;
  #callOffLeave = () => {};

  constructor(options: AudienceOptions) {
    this.#options = options;
  }

  /**
   * @param showsJobs whether it may see the ids of jobs
   * @returns the stream of one more watcher
   * @throws AppError `overloaded` if there are too many
   */
  admit(showsJobs: boolean): Readable {
    if (this.#watchers.size >= mostWatchers) throw tooMany();
    this.#come();
    const start = showsJobs ? this.#start() : map(this.#start(), withoutJobs);
    const watcher = new Watcher(start, this.#options.clock);
    this.#watchers.set(watcher, showsJobs);
    watcher.readable.once("close", () => {
      this.#watchers.delete(watcher);
      this.#leave();
    });
    return watcher.readable;
  }

  /** @returns what ends it */
  listen(listener: Listener): () => void {
    this.#come();
    this.#listeners.add(listener);
    return () => {
      if (this.#listeners.delete(listener)) this.#leave();
    };
  }

  runs(at: number, seen: SeenRunsOf): void {
    this.#open.take(seen);
    this.tell("runs", at, seen);
  }

  mark(mark: SeenMark): void {
    this.#open.mark(mark);
    this.tell("mark", mark.at, mark);
  }

  /** Tells it to all, and keeps it. */
  tell(event: SeenItem["event"], at: number, data: SeenItem["data"]): void {
    const text = JSON.stringify(data);
    const item = this.#history.add(event, at, text);
    for (const listener of this.#listeners) listener(item);
    this.#send(writeEvent(event, text));
  }

  /** Keeps what was told before. */
  keep(event: SeenItem["event"], at: number, data: SeenItem["data"]): void {
    if (event === "runs") this.#open.take(data as SeenRunsOf);
    this.#history.add(event, at, JSON.stringify(data));
  }

  /** So many events are missing here, and so for all. */
  miss(events: number): void {
    this.#send(writeEvent("missed", JSON.stringify({ events })));
  }

  /** Those that are kept, as JSON text of a list: the newest, of at most so many characters. */
  recall(mostCharacters: number): string {
    return this.#history.writeNewest(this.#options.now(), this.#open.read(), mostCharacters);
  }

  /** Without those who watch, nobody tells how the runs that are open end. */
  forgetRuns(): void {
    this.#history.forgetRuns();
    this.#open.clear();
  }

  /** The server is gone: says so, and ends each stream. */
  end(): void {
    const gone = writeEvent("gone", JSON.stringify({ at: this.#options.now() }));
    for (const watcher of this.#watchers.keys()) watcher.end(gone);
  }

  #send(event: string): void {
    let rest: string | undefined;
    for (const [watcher, showsJobs] of this.#watchers) {
      if (!showsJobs) rest ??= withoutJobs(event);
      watcher.tell(showsJobs ? event : (rest ?? event));
    }
  }

  #come(): void {
    this.#callOffLeave();
    if (!this.#hasSome) this.#options.onSome();
    this.#hasSome = true;
  }

  #leave(): void {
    if (this.#watchers.size + this.#listeners.size > 0) return;
    const { clock, leaveMs, onNone } = this.#options;
    this.#callOffLeave();
    this.#callOffLeave = clock.after(leaveMs, () => {
      this.#hasSome = false;
      onNone();
    });
  }

  /** The event `start`, in pieces: it may be long. What is told from now on comes after it. */
  #start(): Iterable<string> {
    const at = this.#options.now();
    const server = JSON.stringify(this.#options.describe());
    const head = `${retryLine}event: start\ndata: {"server":${server},"at":${at},"history":`;
    return chain([head], this.#history.write(at, this.#open.read()), ["}\n\n"]);
  }
}

function* chain(...parts: readonly Iterable<string>[]): Generator<string> {
  for (const part of parts) yield* part;
}

function* map(texts: Iterable<string>, change: (text: string) => string): Generator<string> {
  for (const text of texts) yield change(text);
}

function tooMany(): AppError {
  const detail = `${mostWatchers} others watch this server already. Close one of their pages, or try again after the time in Retry-After.`;
  return new AppError("overloaded", detail, { headers: { "Retry-After": "10" } });
}

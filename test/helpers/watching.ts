import { setTimeout as pause } from "node:timers/promises";
import type {
  SeenEvents,
  SeenFigures,
  SeenMark,
  SeenRun,
  SeenRunsOf,
  SeenStart,
} from "../../src/telemetry/watch/seen.ts";

type Name = keyof SeenEvents;

/** Somebody who watches a server: reads the stream of its control. */
export class Watching implements AsyncDisposable {
  readonly events: { readonly event: Name; readonly data: unknown }[] = [];
  readonly #abort = new AbortController();
  #reading: Promise<void> = Promise.resolve();
  #onEvent = () => {};

  /** Resolves when the server has told the start. */
  static async open(control: string, token?: string, path = "/events"): Promise<Watching> {
    const watching = new Watching();
    const { signal } = watching.#abort;
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    const response = await fetch(`${control}${path}`, { signal, headers });
    if (!response.body) throw new Error("The answer has no body");
    watching.#reading = watching.#read(response.body).catch(() => {}); // It is aborted at the end.
    await watching.when(() => watching.events.length > 0);
    return watching;
  }

  get start(): SeenStart {
    return this.#of("start")[0] as SeenStart;
  }

  get figures(): readonly SeenFigures[] {
    return this.#of("figures");
  }

  get marks(): readonly SeenMark[] {
    return this.#of("mark");
  }

  get told(): readonly SeenRunsOf[] {
    return this.#of("runs");
  }

  get runs(): readonly SeenRun[] {
    return this.told.flatMap(({ runs }) => runs);
  }

  /** Resolves when it is so. Looked at after each event. */
  async when(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#onEvent = resolve;
      });
    }
  }

  /**
   * A worker hears a moment later that somebody watches. Resolves when it has told a run.
   *
   * @param run makes a short run in it
   * @returns the number of that run. All that was told after the start is forgotten
   */
  async whenTold(run: () => Promise<unknown>): Promise<number> {
    const ended = () => this.runs.find(({ endedAt }) => endedAt !== null);
    while (this.runs.length === 0) {
      await run();
      // It was too early, if nothing has come for so long.
      await Promise.race([this.when(() => this.runs.length > 0), pause(500)]);
    }
    await this.when(() => ended() !== undefined);
    const number = ended()?.run ?? 0;
    this.events.splice(1);
    return number;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#reading;
  }

  #of<Event extends Name>(name: Event): SeenEvents[Event][] {
    const found = this.events.filter(({ event }) => event === name);
    return found.map(({ data }) => data as SeenEvents[Event]);
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of body) {
      const parts = (text + decoder.decode(chunk, { stream: true })).split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) this.#take(part);
    }
  }

  #take(part: string): void {
    const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? [];
    if (event === undefined || data === undefined) return;
    this.events.push({ event: event as Name, data: JSON.parse(data) });
    this.#onEvent();
  }
}

import type { Readable } from "node:stream";
import type { Clock } from "../../../clock.ts";
import { retryLine, writeEvent } from "../../../http/server-sent.ts";
import { Ring } from "../watch/ring.ts";
import { Watcher } from "../watch/watcher.ts";
import { BenchProgram, type ProgramEnd, type ProgramOptions } from "./bench-program.ts";

/** An event as a program tells it. */
interface ToldEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Of what a program tells; the oldest is forgotten. A contrast tells some 2 MB. */
const kept = { mostMs: 900_000, mostItems: 20_000, mostCharacters: 8_000_000 };

/** What nobody can do without who comes late. */
const heads = new Set(["plan", "server"]);

const lasts = new Set(["end", "failed"]);

/** One run of a program: what it has told, and who watches it. It can be watched after its end, too. */
export class ProgramRun {
  readonly #clock: Clock;
  readonly #program: BenchProgram;
  readonly #heads: string[] = [];
  readonly #ring = new Ring(kept);
  readonly #watchers = new Set<Watcher>();
  /** The event that it ended with. */
  #last: string | undefined;

  constructor(program: Pick<ProgramOptions, "name" | "args">, clock: Clock) {
    this.#clock = clock;
    this.#program = new BenchProgram({
      ...program,
      onLine: (line) => this.#take(line),
      onEnd: (end) => {
        if (!this.isOver) this.#tell("failed", { message: describeEnd(end) });
      },
    });
  }

  /** It measures nothing any more. Its process may take a moment to end. */
  get isOver(): boolean {
    return this.#last !== undefined;
  }

  /** All that it has told, and what it tells from now on, as Server-Sent Events. */
  watch(): Readable {
    const told = this.#ring.read(Date.now()).map(({ text }) => text);
    const last = this.#last === undefined ? [] : [this.#last];
    const watcher = new Watcher([retryLine, ...this.#heads, ...told, ...last], this.#clock);
    this.#watchers.add(watcher);
    watcher.readable.once("close", () => this.#watchers.delete(watcher));
    return watcher.readable;
  }

  /** Asks it to end. It still tells what it has. */
  stop(): void {
    this.#program.stop();
  }

  #take(line: string): void {
    const { event, data } = JSON.parse(line) as ToldEvent;
    this.#tell(event, data);
  }

  #tell(event: string, data: unknown): void {
    const text = writeEvent(event, JSON.stringify(data));
    if (heads.has(event)) this.#heads.push(text);
    else if (lasts.has(event)) this.#last = text;
    else this.#ring.add({ at: Date.now(), text });
    for (const watcher of this.#watchers) watcher.tell(text);
  }
}

function describeEnd({ code, said }: ProgramEnd): string {
  const how = code === null ? "was ended" : `ended with code ${code}`;
  return said === "" ? `Its process ${how}.` : `Its process ${how}. It said: ${said}`;
}

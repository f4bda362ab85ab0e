import { pino } from "pino";
import { nextLife } from "../../src/channel/life.ts";
import { QueueHost } from "../../src/jobs/primary/host.ts";
import { storeOnFile } from "../../src/jobs/sqlite/store-module.ts";
import { QueueOverChannel } from "../../src/jobs/worker/client.ts";

interface Line {
  readonly msg: string;
}

/** The embedded queue with one worker and a log, on a file that the test may damage. */
export class LoggedQueue implements AsyncDisposable {
  /** The log so far: warnings and errors, unless `open` was given another level. */
  readonly lines: Line[] = [];
  readonly queue: QueueOverChannel;
  readonly #host: QueueHost;
  readonly #told: Promise<void>;
  #isClosed = false;

  private constructor(host: QueueHost, lines: Line[], told: Promise<void>) {
    this.#host = host;
    this.lines = lines;
    this.#told = told;
    const life = nextLife(undefined);
    const queue = new QueueOverChannel((message, onSent) => {
      host.take(life, message);
      if (onSent) setImmediate(onSent);
    });
    host.attach(life, 1, (message, onSent) => {
      queue.take(message);
      if (onSent) setImmediate(onSent);
    });
    this.queue = queue;
  }

  static async open(path: string, level = "warn"): Promise<LoggedQueue> {
    const lines: Line[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const write = (line: string) => {
      lines.push(JSON.parse(line) as Line);
      resolve();
    };
    const log = pino({ level, base: null }, { write });
    const host = await QueueHost.open({
      store: storeOnFile({ path, retentionMs: 3_600_000, maxQueued: 1_000_000 }),
      workers: 1,
      webhooks: null,
      log,
    });
    return new LoggedQueue(host, lines, promise);
  }

  /** Resolves with the first line of the log. */
  async told(): Promise<string> {
    await this.#told;
    return this.lines[0]?.msg ?? "";
  }

  async close(): Promise<void> {
    if (!this.#isClosed) await this.#host.close();
    this.#isClosed = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

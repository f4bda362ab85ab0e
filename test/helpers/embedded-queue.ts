import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { type Life, nextLife } from "../../src/channel/life.ts";
import { EmbeddedHost } from "../../src/jobs/sqlite/primary/host.ts";
import { EmbeddedQueue } from "../../src/jobs/sqlite/worker/client.ts";

/** A folder for one test, removed at its end. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "manycore-test-"));

  file(name: string): string {
    return join(this.path, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The embedded queue on a file of its own. Host and workers are in one process, with JSON between. */
export class QueueOnFile implements AsyncDisposable {
  readonly host: EmbeddedHost;
  readonly #folder: Folder;
  #lastLife: Life | undefined;

  private constructor(host: EmbeddedHost, folder: Folder) {
    this.host = host;
    this.#folder = folder;
  }

  static async open(retentionMs = 3_600_000): Promise<QueueOnFile> {
    const folder = new Folder();
    const log = pino({ level: "silent" });
    const path = folder.file("jobs.db");
    const host = await EmbeddedHost.open({ path, retentionMs, workers: 1, log });
    return new QueueOnFile(host, folder);
  }

  /** @param number of its place; by default each worker has a place of its own */
  worker(number?: number): { queue: EmbeddedQueue; lose(): void } {
    const life = nextLife(this.#lastLife);
    this.#lastLife = life;
    const queue = new EmbeddedQueue((message) => this.host.take(life, overTheWire(message)));
    this.host.attach(life, number ?? life, (message) => queue.take(overTheWire(message)));
    return { queue, lose: () => this.host.detach(life) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.close();
    this.#folder[Symbol.dispose]();
  }
}

function overTheWire<Message>(message: Message): Message {
  return JSON.parse(JSON.stringify(message)) as Message;
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { pino } from "pino";
import type { Envelope } from "../../src/channel/envelope.ts";
import { type Life, nextLife } from "../../src/channel/life.ts";
import { fromWire, toWire } from "../../src/channel/wire.ts";
import { EmbeddedHost } from "../../src/jobs/sqlite/primary/host.ts";
import { StartMarks } from "../../src/jobs/sqlite/starts.ts";
import { EmbeddedQueue } from "../../src/jobs/sqlite/worker/client.ts";
import type { WebhookSettings } from "../../src/jobs/webhooks/thread/webhook-thread.ts";

/** A folder for one test, removed at its end. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "manycore-test-"));

  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes files by their names, with the folders that they need. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(this.file(name)), { recursive: true });
      writeFileSync(this.file(name), text);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The embedded queue on a file of its own. Host and workers are in one process, with a wire between. */
export class QueueOnFile implements AsyncDisposable {
  readonly host: EmbeddedHost;
  readonly #folder: Folder;
  readonly #marks: StartMarks[] = [];
  #lastLife: Life | undefined;

  private constructor(host: EmbeddedHost, folder: Folder) {
    this.host = host;
    this.#folder = folder;
  }

  static async open(
    retentionMs = 3_600_000,
    webhooks: WebhookSettings | null = null,
    maxQueued = 1_000_000,
  ): Promise<QueueOnFile> {
    const folder = new Folder();
    const log = pino({ level: "silent" });
    const path = folder.file("jobs.db");
    const host = await EmbeddedHost.open({
      path,
      retentionMs,
      maxQueued,
      workers: 1,
      webhooks,
      log,
    });
    return new QueueOnFile(host, folder);
  }

  /** @param number of its place; by default each worker has a place of its own */
  worker(number?: number): { queue: EmbeddedQueue; life: Life; lose(): void } {
    const life = nextLife(this.#lastLife);
    this.#lastLife = life;
    const { starts } = this.host.settingsForWorker(life);
    const marks = starts && StartMarks.open(starts);
    if (marks) this.#marks.push(marks);
    const queue = new EmbeddedQueue((message, onSent) => {
      this.host.take(life, overTheWire(message));
      if (onSent) setImmediate(onSent);
    }, marks);
    this.host.attach(life, number ?? life, (message, onSent) => {
      queue.take(overTheWire(message));
      if (onSent) setImmediate(onSent);
    });
    return { queue, life, lose: () => this.host.detach(life) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.close();
    for (const each of this.#marks) each.close();
    this.#folder[Symbol.dispose]();
  }
}

/** As node:cluster carries it (`serialization: "advanced"`). */
function overTheWire(envelope: Envelope): Envelope {
  return fromWire(deserialize(serialize(toWire(envelope)))) as Envelope;
}

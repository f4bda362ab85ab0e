import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { storeOnFile } from "../../src/jobs/sqlite/store-module.ts";
import type { WebhookSettings } from "../../src/jobs/webhooks/thread/webhook-thread.ts";
import { HostedQueue } from "./hosted-queue.ts";

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

/** The embedded queue on a file of its own. */
export class QueueOnFile extends HostedQueue {
  static async open(
    retentionMs = 3_600_000,
    webhooks: WebhookSettings | null = null,
    maxQueued = 1_000_000,
  ): Promise<QueueOnFile> {
    const folder = new Folder();
    const store = storeOnFile({ path: folder.file("jobs.db"), retentionMs, maxQueued });
    const host = await HostedQueue.openHost(store, webhooks);
    return new QueueOnFile(host, () => folder[Symbol.dispose]());
  }
}

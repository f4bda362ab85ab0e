import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { EmbeddedQueue } from "../../../src/jobs/embedded/client.ts";
import { EmbeddedHost } from "../../../src/jobs/embedded/host.ts";
import { type QueueOptions, type QueueUnderTest, queueContract } from "../../contracts/queue.ts";

/** Host and workers in one process, with JSON between them as between processes. */
async function open({ retentionMs }: QueueOptions): Promise<QueueUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "manycore-queue-"));
  const log = pino({ level: "silent" });
  const host = await EmbeddedHost.open({ path: join(folder, "jobs.db"), retentionMs, log });
  let workers = 0;
  return {
    worker() {
      const number = ++workers;
      const queue = new EmbeddedQueue((message) => host.take(number, overTheWire(message)));
      host.attach(number, (message) => queue.take(overTheWire(message)));
      return { queue, lose: () => host.detach(number) };
    },
    async [Symbol.asyncDispose]() {
      await host.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function overTheWire<Message>(message: Message): Message {
  return JSON.parse(JSON.stringify(message)) as Message;
}

queueContract("the embedded queue", open);

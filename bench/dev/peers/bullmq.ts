import { type JobsOptions, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { Engine } from "./engine.ts";

const name = "bench";
const anHourMs = 3_600_000;

/**
 * BullMQ on a Redis at a Unix socket. It has its defaults, except that finished jobs are removed.
 */
export async function openBullMq(path: string): Promise<Engine> {
  const connection = new Redis({ path, maxRetriesPerRequest: null });
  const queue = new Queue(name, { connection });
  let worker: Worker | undefined;
  await queue.waitUntilReady();
  return {
    submit(jobs, delayed) {
      const opts: JobsOptions = { removeOnComplete: true, ...(delayed && { delay: anHourMs }) };
      if (jobs === 1) return queue.add("noop", { value: 1 }, opts);
      return queue.addBulk(
        Array.from({ length: jobs }, () => ({ name: "noop", data: { value: 1 }, opts })),
      );
    },
    async work(onDone) {
      const own = connection.duplicate();
      worker = new Worker(name, async () => ({ value: 2 }), { connection: own, concurrency: 100 });
      worker.on("completed", onDone);
      await worker.waitUntilReady();
    },
    clear: () => queue.obliterate({ force: true }),
    async close() {
      await worker?.close();
      await queue.close();
      connection.disconnect();
    },
  };
}

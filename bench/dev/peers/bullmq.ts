import { type JobsOptions, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { Engine } from "./engine.ts";
import { spin } from "./job-tasks.ts";

const name = "bench";
const anHourMs = 3_600_000;

/**
 * BullMQ on a Redis at a Unix socket, or at a URL. It has its defaults, except that finished jobs are removed.
 */
export async function openBullMq(address: string): Promise<Engine> {
  const where = address.startsWith("/") ? { path: address } : locationOf(address);
  const connection = new Redis({ ...where, maxRetriesPerRequest: null });
  const queue = new Queue(name, { connection });
  let worker: Worker | undefined;
  await queue.waitUntilReady();
  return {
    submit(jobs, delayed, spinMs) {
      const data = { value: 1, spinMs };
      const opts: JobsOptions = { removeOnComplete: true, ...(delayed && { delay: anHourMs }) };
      if (jobs === 1) return queue.add("noop", data, opts);
      return queue.addBulk(Array.from({ length: jobs }, () => ({ name: "noop", data, opts })));
    },
    async work(onDone) {
      const own = connection.duplicate();
      worker = new Worker(name, run, { connection: own, concurrency: 100 });
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

function locationOf(url: string) {
  const { hostname: host, port } = new URL(url);
  return { host, port: Number(port) };
}

/** Computes on the event loop, as a task of ours on the executor inline. */
async function run({ data }: { readonly data: { readonly spinMs: number } }) {
  if (data.spinMs > 0) spin(data.spinMs);
  return { value: 2 };
}

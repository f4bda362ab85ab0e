import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { createRandom } from "../../bench/load/statistics/random.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { WebhookReceiver } from "../helpers/webhook-receiver.ts";
import { KilledServer } from "./killed-server.ts";
import { limitOf } from "./limit.ts";
import { queueKinds } from "./queues.ts";

/** Those of the server; `npm run test:kill` sets more. */
const kills = Math.ceil(Number(process.env["KILLS"] ?? 20) / 5);
const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
const clients = 4;
const longestPauseMs = 300;

const work = { task: "primes", input: { limit: 300_000 }, maxAttempts: 100, backoffMs: 10 };

/** A diamond, and a job that is cancelled when its prerequisite has failed. */
const jobs = [
  { ...work, ref: "first" },
  { ...work, ref: "left", after: ["#first"] },
  { ...work, ref: "right", after: ["#first"] },
  { ...work, ref: "last", after: ["#left", "#right"] },
  { ...work, ref: "slow", timeoutMs: 1, maxAttempts: 1, input: { limit: 3_000_000 } },
  { ...work, after: ["#slow"] },
  { ...work, after: ["#slow"], onFailure: "run" },
];

interface Batch {
  readonly id: string;
  readonly done: boolean;
  readonly finishedAt: string;
  readonly states: Readonly<Record<string, number>>;
}

describe.each(queueKinds)("on $name", (kind) => {
  const { isMissing, recoveryMs } = kind;
  test.skipIf(isMissing)(
    `whatever is killed, every batch ends once, and is told of (SEED=${seed})`,
    async () => {
      using folder = new Folder();
      await using receiver = await WebhookReceiver.listen();
      await using queue = await kind.open(folder);
      onTestFinished(() => queue[Symbol.asyncDispose]());
      const flags = ["--workers", "2", "--queue", queue.address, "--webhooks", "127.0.0.1"];
      await using server = new KilledServer(flags);
      // Also where the time limit ends the test, which waits for no `await using`.
      onTestFinished(() => server[Symbol.asyncDispose]());
      const ask = async (path: string, init?: RequestInit): Promise<Batch> => {
        const { status, body } = await server.ask<Batch>(path, init);
        if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
        return body;
      };
      const random = createRandom(seed);
      const ended: Batch[] = [];
      let isOver = false;
      let numbers = 0;
      const stream = async () => {
        while (!isOver) {
          const key = `batch-${++numbers}`;
          const headers = { "content-type": "application/json", "idempotency-key": key };
          const body = JSON.stringify({ jobs, onEnd: { url: receiver.url } });
          let batch = await ask("/batches", { method: "POST", headers, body });
          while (!batch.done) {
            batch = await ask(`/batches/${batch.id}`, { headers: { prefer: "wait=20" } });
          }
          ended.push(batch);
        }
      };
      const streams = Promise.all(Array.from({ length: clients }, stream));
      const killAll = async () => {
        for (let kill = 0; kill < kills && !server.isOver; kill++) {
          await pause(random() * longestPauseMs);
          if (queue.kill && random() < 0.3) await queue.kill();
          else await server.kill();
        }
      };
      await Promise.race([streams, killAll()]); // A client that gives up ends it.
      isOver = true;
      await streams;
      await server.kill();
      const told = await receiver.takenOf(ended.map(({ id }) => id));
      expect(ended).toHaveLength(numbers);
      for (const { id, finishedAt } of ended) {
        const again = await ask(`/batches/${id}`);
        expect(again).toMatchObject({ done: true, finishedAt });
        expect(again.states).toMatchObject({ queued: 0, running: 0, succeeded: 5, failed: 1 });
        expect(again.states["cancelled"]).toBe(1);
        const ids = told.filter(({ event }) => event.data.id === id);
        expect(new Set(ids.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
        expect(ids.every(({ event }) => event.type === "batch.ended")).toBe(true);
      }
      process.stdout.write(`${kills} kills, ${numbers} batches, ${told.length} webhooks\n`);
    },
    limitOf(120_000 + kills * (5000 + recoveryMs)),
  );
});

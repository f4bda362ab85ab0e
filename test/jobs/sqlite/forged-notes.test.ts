import { afterEach, beforeEach, expect, test } from "vitest";
import { type Life, nextLife } from "../../../src/channel/life.ts";
import { becomes } from "../../contracts/becomes.ts";
import { Hands, plainJob } from "../../contracts/queue-under-test.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

let under: QueueOnFile;
beforeEach(async () => {
  under = await QueueOnFile.open();
});
afterEach(() => under[Symbol.asyncDispose]());

const tried = { kind: "failed", error: { type: "task-failed", detail: "x" }, retry: true } as const;

/** Two workers: the first one runs a job, and the other one says something of it. */
async function setUp() {
  const { queue } = under.worker();
  const owner: Life = nextLife(undefined);
  const other = nextLife(owner);
  under.host.attach(other, 2, () => {});
  const hands = new Hands(queue, 1);
  const [submitted] = await queue.jobs.submit([plainJob]);
  if (submitted?.kind !== "accepted") throw new Error("The job was not accepted");
  await hands.has(1);
  const [{ id, token } = { id: "", token: 0 }] = hands.started;
  const say = (life: Life, name: string, said: object) => {
    under.host.take(life, { service: "queue", items: [{ name, args: { id, token, ...said } }] });
  };
  return { queue, hands, id, owner, other, say };
}

test("a worker tells no progress of a job that another one has", async () => {
  const { queue, hands, id, other, say } = await setUp();
  const { version } = await becomes(queue, id, ({ state }) => state === "running");
  say(other, "progress", { progress: '"forged"' });
  hands.progress.get(0)?.('"true"');
  const job = await becomes(queue, id, ({ progress }) => progress === '"true"');
  expect(job.version).toBe(version + 1);
});

test("a worker keeps no checkpoint for a job that another one has", async () => {
  const { hands, other, say } = await setUp();
  hands.checkpoints.get(0)?.('"true"');
  say(other, "checkpoint", { checkpoint: '"forged"' });
  hands.end(0, tried);
  hands.consumption.offer(1);
  await hands.has(2);
  expect(hands.started[1]?.checkpoint).toBe('"true"');
});

test("what a worker says of an attempt that it has ended is dropped", async () => {
  const { hands, owner, say } = await setUp();
  hands.checkpoints.get(0)?.('"true"');
  hands.end(0, tried);
  hands.consumption.offer(1);
  await hands.has(2);
  say(owner, "checkpoint", { checkpoint: '"late"' });
  hands.end(1, tried);
  hands.consumption.offer(1);
  await hands.has(3);
  expect(hands.started[2]?.checkpoint).toBe('"true"');
});

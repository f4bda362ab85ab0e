import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Batch, NewBatch } from "../../../src/jobs/batch.ts";
import type { NewJob } from "../../../src/jobs/new-job.ts";
import type { JobQueue } from "../../../src/jobs/queue.ts";
import { readPrerequisites } from "../../../src/jobs/redis/thread/after/prerequisites.ts";
import { indexBatch } from "../../../src/jobs/redis/thread/batches/index-batch.ts";
import { planBatch } from "../../../src/jobs/redis/thread/batches/plan-batch.ts";
import {
  acceptBatch,
  beginBatch,
  writeJobs,
} from "../../../src/jobs/redis/thread/batches/write-batch.ts";
import { cancelJob, removeJob } from "../../../src/jobs/redis/thread/jobs/by-hand.ts";
import type { Parts } from "../../../src/jobs/redis/thread/parts.ts";
import { batchContract } from "../../contracts/batches.ts";
import { Hands, plainJob } from "../../contracts/queue-under-test.ts";
import { openPartsOf } from "../../helpers/redis-parts.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

const succeeded = { kind: "succeeded", result: "1" } as const;

function batchOf(jobs: readonly Partial<NewJob>[], more: Partial<NewBatch> = {}): NewBatch {
  return { jobs: jobs.map((job) => ({ ...plainJob, ...job })), onEnd: null, key: null, ...more };
}

async function submit({ batches }: JobQueue, batch: NewBatch) {
  const answer = await batches.submit(batch);
  if (answer.kind !== "accepted") throw new Error(answer.kind);
  return answer;
}

function becomes(queue: JobQueue, id: string, wished: (batch: Batch) => boolean): Promise<Batch> {
  const { promise, resolve } = Promise.withResolvers<Batch>();
  const callOff = queue.batches.watch(id, (now) => {
    if (now.kind === "found" && wished(now.batch)) resolve(now.batch);
  });
  return promise.finally(() => callOff());
}
const hasEnded = ({ finishedAt }: Batch) => finishedAt !== null;

/** What a host does for a batch before it counts. */
async function begin(parts: Parts, batch: NewBatch) {
  const basis = await beginBatch(parts, batch);
  const befores = await readPrerequisites(parts, batch.jobs);
  const plan = planBatch(parts, batch.jobs, befores, basis);
  expect(await writeJobs(parts, plan)).toBe(true);
  return { basis, plan };
}

describe.skipIf(redisMissing)(`batches in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  const open = (name: string, maxQueued?: number) =>
    QueueOnRedis.open(redis, undefined, null, maxQueued, name);

  batchContract("the queue in Redis", ({ retentionMs }) => QueueOnRedis.open(redis, retentionMs));

  test("two hosts run one batch, and each hears of its end", async () => {
    await using one = await open("shared");
    await using other = await open("shared");
    const [here, there] = [one.worker().queue, other.worker().queue];
    const jobs = Array.from({ length: 300 }, (_, at) =>
      at === 0 ? {} : { after: [{ index: 0 }] },
    );
    const { batch } = await submit(here, batchOf(jobs));
    const ends = [here, there].map((queue) => becomes(queue, batch.id, hasEnded));
    for (const queue of [here, there]) {
      const consumption = queue.consume({
        run: async () => {
          setImmediate(() => consumption.offer(1));
          return succeeded;
        },
      });
      consumption.offer(4);
    }
    const [end, same] = await Promise.all(ends);
    expect(end?.states).toMatchObject({ succeeded: 300, queued: 0, running: 0 });
    expect(same).toEqual(end);
  });

  test("a batch is cancelled from one host, and what runs on the other stops", async () => {
    await using one = await open("cancelled");
    await using other = await open("cancelled");
    const [here, there] = [one.worker().queue, other.worker().queue];
    const { batch } = await submit(here, batchOf([{}, {}, { after: [{ index: 1 }] }]));
    const hands = new Hands(here, 1);
    await hands.has(1);
    const stopped = new Promise((resolve) =>
      hands.signals.get(0)?.addEventListener("abort", resolve),
    );
    await there.batches.cancel(batch.id);
    await stopped;
    hands.end(0, { kind: "cancelled" });
    const end = await becomes(there, batch.id, hasEnded);
    expect(end.states).toMatchObject({ cancelled: 3 });
  });

  test("of two hosts that race with a key one makes the batch", async () => {
    await using one = await open("raced");
    await using other = await open("raced");
    const [here, there] = [one.worker().queue, other.worker().queue];
    const batch = batchOf([{}, {}], { key: { name: "k", fingerprints: ["a"] } });
    const answers = await Promise.all([submit(here, batch), submit(there, batch)]);
    expect(answers.map(({ replayed }) => replayed).toSorted()).toEqual([false, true]);
    expect(answers[0]?.jobs).toEqual(answers[1]?.jobs);
    expect((await here.jobs.list({ limit: 10 })).jobs).toHaveLength(2);
  });

  test("a batch waits for a job that changes all the time", async () => {
    await using queue = await open("changing");
    const { queue: own } = queue.worker();
    const [first] = await own.jobs.submit([{ ...plainJob, runAt: Date.now() + 3_600_000 }]);
    const id = first?.kind === "accepted" ? first.job.id : "";
    let isAccepted = false;
    const changes = (async () => {
      for (let priority = 0; !isAccepted; priority = (priority + 1) % 10)
        await own.control.change(id, { priority });
    })();
    const jobs = Array.from({ length: 1000 }, () => ({ after: [{ id }] }));
    const submitted = submit(own, batchOf(jobs)).finally(() => {
      isAccepted = true;
    });
    const [{ batch }] = await Promise.all([submitted, changes]);
    await own.control.cancel(id);
    const end = await becomes(own, batch.id, hasEnded);
    expect(end.states).toMatchObject({ cancelled: 1000 });
  });

  test("a batch for which there is no room leaves nothing behind", async () => {
    await using queue = await open("full", 5);
    await using watcher = await openPartsOf(redis, "full");
    const { queue: jobs } = queue.worker();
    await submit(jobs, batchOf([{}, {}, {}]));
    const keys = await watcher.parts.client.keys("{full}:job:*");
    expect(await jobs.batches.submit(batchOf([{}, {}, {}]))).toMatchObject({
      ...{ kind: "queue-full", queued: 3, most: 5 },
    });
    expect(await watcher.parts.client.keys("{full}:job:*")).toEqual(keys);
    await submit(jobs, batchOf([{}, {}]));
  });

  test("what a host that is gone has not accepted is removed", async () => {
    await using queue = await open("discarded");
    await using gone = await openPartsOf(redis, "discarded");
    const { parts } = gone;
    const { basis } = await begin(parts, batchOf([{}, { after: [{ index: 0 }] }]));
    const { queue: jobs } = queue.worker();
    expect((await jobs.jobs.list({ limit: 10 })).jobs).toEqual([]);
    expect(await jobs.batches.list({ limit: 10 })).toMatchObject({ batches: [] });
    await expect.poll(() => parts.client.exists(parts.keys.batch(basis.seq))).toBe(0);
    expect(await parts.client.keys("{discarded}:job:*")).toEqual([]);
    expect(await parts.client.keys("{discarded}:dependants:*")).toEqual([]);
    expect(await jobs.batches.find(parts.ids.batchIdOf(basis.seq))).toEqual({ kind: "gone" });
  });

  test("what a host that is gone has accepted runs elsewhere", async () => {
    await using queue = await open("accepted");
    await using gone = await openPartsOf(redis, "accepted");
    const jobs = Array.from({ length: 300 }, () => ({ tags: ["x"] }));
    const { basis, plan } = await begin(gone.parts, batchOf(jobs));
    expect(await acceptBatch(gone.parts, gone.room, plan, basis)).toMatchObject({ failed: 0 });
    const { queue: own } = queue.worker();
    const consumption = own.consume({
      run: async () => {
        setImmediate(() => consumption.offer(1));
        return succeeded;
      },
    });
    consumption.offer(4);
    const end = await becomes(own, gone.parts.ids.batchIdOf(basis.seq), hasEnded);
    expect(end.states).toMatchObject({ succeeded: 300 });
    expect((await own.jobs.list({ tag: "x", limit: 1000 })).jobs).toHaveLength(300);
  });

  test("the limit of a group stays for a batch that is accepted, when its other jobs go", async () => {
    await using opened = await openPartsOf(redis, "limit");
    const { parts, room, submissions } = opened;
    const grouped = (concurrency: number | null) => ({ group: { key: "a", concurrency } });
    const [answer] = await submissions.submit([{ ...plainJob, ...grouped(1) }]);
    const id = answer?.kind === "accepted" ? answer.job.id : "";
    const { basis, plan } = await begin(parts, batchOf([grouped(null), grouped(null)]));
    await acceptBatch(parts, room, plan, basis);
    // Its jobs enter their sets after this.
    await cancelJob(parts, { id });
    expect(await removeJob(parts, { id })).toMatchObject({ removal: { kind: "removed" } });
    await indexBatch(parts, basis.seq);
    expect(await parts.client.hgetall(parts.keys.groupLimits)).toEqual({ a: "1" });
  });

  test("a batch ends, though the host of its last end is gone", async () => {
    await using queue = await open("ended");
    await using gone = await openPartsOf(redis, "ended");
    const { queue: own } = queue.worker();
    const { batch, jobs } = await submit(own, batchOf([{}]));
    // It writes the end of the job, and nothing after that.
    const background = { ...gone.parts.background, lookAtBatch: () => {} };
    await cancelJob({ ...gone.parts, background }, { id: jobs[0] ?? "" });
    expect((await becomes(own, batch.id, hasEnded)).states).toMatchObject({ cancelled: 1 });
  });
});

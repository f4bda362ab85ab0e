import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nextLife } from "../../../src/channel/life.ts";
import type { Ending } from "../../../src/jobs/assignment.ts";
import type { JobQueue } from "../../../src/jobs/queue.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

const succeeded: Ending = { kind: "succeeded", result: "1" };

/** Takes one job, and ends it when the test says so. */
function takeOne(queue: JobQueue) {
  const started = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<Ending>();
  const stopped = Promise.withResolvers<string>();
  const consumption = queue.consume({
    run: ({ id }, signal, { onStart }) => {
      onStart();
      signal.addEventListener("abort", () => stopped.resolve(id));
      started.resolve(id);
      return ended.promise;
    },
  });
  consumption.offer(1);
  return {
    consumption,
    started: started.promise,
    stopped: stopped.promise,
    end: () => ended.resolve(succeeded),
  };
}

async function submitOne(queue: JobQueue): Promise<string> {
  const [submitted] = await queue.jobs.submit([plainJob]);
  if (submitted?.kind !== "accepted") throw new Error("not accepted");
  return submitted.job.id;
}

async function stateOf(queue: JobQueue, id: string): Promise<string> {
  const found = await queue.jobs.find(id);
  return found.kind === "found" ? found.job.state : found.kind;
}

describe("two lives of a worker in one place, each with a job", () => {
  let store: QueueOnFile;
  beforeEach(async () => {
    store = await QueueOnFile.open();
  });
  afterEach(() => store[Symbol.asyncDispose]());

  async function overlap() {
    const client = store.worker().queue;
    const old = store.worker(9);
    const oldJob = takeOne(old.queue);
    const oldId = await submitOne(client);
    expect(await oldJob.started).toBe(oldId);
    const drained = oldJob.consumption.stop();
    const next = store.worker(9);
    const nextJob = takeOne(next.queue);
    const nextId = await submitOne(client);
    expect(await nextJob.started).toBe(nextId);
    return { client, old, oldJob, oldId, drained, next, nextJob, nextId };
  }

  test("an end reported by the draining one counts", async () => {
    const { client, old, oldJob, oldId, drained, nextJob, nextId } = await overlap();
    oldJob.end();
    await drained;
    expect(await stateOf(client, oldId)).toBe("succeeded");
    old.lose();
    nextJob.end();
    await nextJob.consumption.stop();
    expect(await stateOf(client, nextId)).toBe("succeeded");
  });

  test("the loss of one takes back its own job, and no other", async () => {
    const { client, old, oldId, next, nextJob, nextId } = await overlap();
    old.lose();
    expect(await stateOf(client, oldId)).toBe("queued");
    expect(await stateOf(client, nextId)).toBe("running");
    next.lose();
    nextJob.end(); // Nobody hears it any more.
    expect(await stateOf(client, nextId)).toBe("queued");
  });

  test("a cancel stops the run of the one that has the job", async () => {
    const { client, oldJob, oldId, nextJob, nextId } = await overlap();
    await client.control.cancel(oldId);
    expect(await Promise.race([oldJob.stopped, nextJob.stopped])).toBe(oldId);
    await client.control.cancel(nextId);
    expect(await nextJob.stopped).toBe(nextId);
  });

  test("an answer for one that has ended does not reach the other", async () => {
    const old = store.worker(9);
    const answer = old.queue.jobs.submit([plainJob]);
    let isAnswered = false;
    answer.then(() => {
      isAnswered = true;
    });
    await new Promise(setImmediate); // It has been asked.
    old.lose();
    const next = store.worker(9);
    // Its first call, as that one was.
    expect(await next.queue.jobs.list({ limit: 1 })).toMatchObject({ cursor: null });
    expect(isAnswered).toBe(false);
  });
});

test("the marks of a lost worker go to another life when its losses are on disk", async () => {
  await using file = await QueueOnFile.open();
  const { queue } = file.worker();
  const lost = file.worker();
  const { started } = takeOne(lost.queue);
  const id = await submitOne(queue);
  expect(await started).toBe(id);
  lost.lose();
  while ((await stateOf(queue, id)) !== "queued");
  await queue.jobs.stats();
  // The first worker has the first region.
  expect(file.host.settingsForWorker(nextLife(lost.life)).starts?.region).toBe(1);
});

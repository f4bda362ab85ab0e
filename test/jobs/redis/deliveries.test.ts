import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DeliverySubject, DueDeliveries, SentWebhook } from "../../../src/jobs/delivery.ts";
import type { NewJob } from "../../../src/jobs/new-job.ts";
import { endAttempt } from "../../../src/jobs/redis/thread/jobs/attempt-ends.ts";
import { cancelJob, removeJob } from "../../../src/jobs/redis/thread/jobs/by-hand.ts";
import { claimJobs } from "../../../src/jobs/redis/thread/jobs/claims.ts";
import { Room } from "../../../src/jobs/redis/thread/jobs/room.ts";
import { Submissions } from "../../../src/jobs/redis/thread/jobs/submit.ts";
import { retryJob } from "../../../src/jobs/redis/thread/jobs/waking.ts";
import type { Parts } from "../../../src/jobs/redis/thread/parts.ts";
import { DeliveryClaims } from "../../../src/jobs/redis/thread/webhooks/delivery-claims.ts";
import {
  findDeliveries,
  retryDeliveries,
} from "../../../src/jobs/redis/thread/webhooks/delivery-events.ts";
import { keptDeliveries } from "../../../src/jobs/redis/thread/webhooks/delivery-record.ts";
import { deliveryContract, toThisMachine } from "../../contracts/deliveries.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { openPartsOf } from "../../helpers/redis-parts.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";
import { WebhookReceiver } from "../../helpers/webhook-receiver.ts";

const request = { limit: 20, mostPerHost: 4, busy: {} };

describe.skipIf(redisMissing)(`webhooks of a queue in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  let name: string;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  beforeEach(({ task }) => {
    name = task.id;
  });

  deliveryContract("the queue in Redis", (webhooks) =>
    QueueOnRedis.open(redis, 3_600_000, webhooks),
  );

  test("a server that sends webhooks sends those of one that does not", async () => {
    await using receiver = await WebhookReceiver.listen();
    const open = (webhooks: typeof toThisMachine | null) =>
      QueueOnRedis.open(redis, 3_600_000, webhooks, 1_000_000, name);
    await using silent = await open(null);
    await using sending = await open(toThisMachine);
    const ended: string[] = [];
    // After the first one its sender looks again when its claim would be over (30 s), or is told.
    for (const server of [sending, silent]) {
      const { queue } = server.worker();
      const [submitted] = await queue.jobs.submit([{ ...plainJob, onEnd: { url: receiver.url } }]);
      if (submitted?.kind !== "accepted") throw new Error("not accepted");
      const subject = jobOf(submitted.job.id);
      await queue.control.cancel(subject.id);
      ended.push(subject.id);
      const state = async () => {
        const found = await queue.deliveries.find(subject);
        return found.kind === "found" && found.deliveries[0]?.state;
      };
      await expect.poll(state, { timeout: 20_000 }).toBe("delivered");
    }
    expect(receiver.received.map(({ event }) => event.data.id)).toEqual(ended);
  });

  test("of a batch that ends when it is submitted, and of its jobs", async () => {
    await using receiver = await WebhookReceiver.listen();
    await using under = await QueueOnRedis.open(redis, 3_600_000, toThisMachine);
    const { queue } = under.worker();
    const onEnd = { url: receiver.url };
    const [first] = await queue.jobs.submit([plainJob]);
    const id = first?.kind === "accepted" ? first.job.id : "";
    await queue.control.cancel(id);
    const jobs = [{ ...plainJob, after: [{ id }], onEnd }];
    const submitted = await queue.batches.submit({ jobs, onEnd, key: null });
    if (submitted.kind !== "accepted") throw new Error("not accepted");
    const told = (await receiver.arrived(2)).map(({ event }) => [event.type, event.data.id]);
    const [job = ""] = submitted.jobs;
    expect(told.toSorted()).toEqual([
      ["batch.ended", submitted.batch.id],
      ["job.cancelled", job],
    ]);
    for (const subject of [jobOf(job), { of: "batch", id: submitted.batch.id } as const]) {
      const found = await queue.deliveries.find(subject);
      expect(found).toMatchObject({ kind: "found", deliveries: [{ url: receiver.url }] });
    }
    await queue.control.remove(job);
    const batch = { of: "batch", id: submitted.batch.id } as const;
    const kind = async () => (await queue.deliveries.find(batch)).kind;
    await expect.poll(kind).toBe("gone");
  });

  test("of several servers one claims each, however many are due to one host", async () => {
    await using one = await openPartsOf(redis, name);
    await using two = await openPartsOf(redis, name);
    const ids = await end(one.parts, ...Array.from({ length: 30 }, () => "http://a/"));
    const senders = [new DeliveryClaims(one.parts), new DeliveryClaims(two.parts)];
    const claimed: string[] = [];
    for (let isDue = true; isDue; ) {
      const all = await Promise.all(senders.map((sender) => sender.claim(request)));
      claimed.push(...all.flatMap(({ due }) => due.map(({ body }) => JSON.parse(body).data.id)));
      isDue = all.some(({ due, isPartial }) => due.length > 0 || isPartial);
    }
    expect(claimed.toSorted()).toEqual(ids.toSorted());
  });

  test("what a server that is gone had claimed is sent by another one, once", async () => {
    await using one = await openPartsOf(redis, name);
    const [id = ""] = await end(one.parts, "http://a/");
    const gone = new DeliveryClaims(one.parts);
    const left = await gone.claim(request);
    const other = new DeliveryClaims(one.parts);
    const { due, nextInMs } = await other.claim(request);
    expect(due).toEqual([]);
    expect(nextInMs).toBeGreaterThan(15_000);
    await other.release(); // What it had itself: nothing.
    expect((await other.claim(request)).due).toEqual([]);
    const later = new DeliveryClaims(after(one.parts, 30_000));
    const again = await later.claim(request);
    expect(again.due).toMatchObject([{ id: left.due[0]?.id, url: "http://a/", host: "a" }]);
    expect(await report(gone, left, 204)).toEqual({ state: null, subject: "", tries: 0 });
    expect(await report(later, again, 204)).toEqual({ state: "delivered", subject: id, tries: 1 });
    expect(await later.claim(request)).toEqual({ due: [], nextInMs: null, isPartial: false });
  });

  test("a sender that is started again sends what the one before it had", async () => {
    await using one = await openPartsOf(redis, name);
    await end(one.parts, "http://a/", "http://b/");
    const sender = new DeliveryClaims(one.parts);
    const before = await sender.claim(request);
    await report(sender, before, 503);
    await sender.release();
    const { due } = await sender.claim(request);
    expect(due.map(({ id }) => id)).toEqual([before.due[1]?.id]);
    await sender.giveBack(due[0]?.claim ?? { seq: 0, token: 0 });
    expect((await sender.claim(request)).due).toHaveLength(1);
  });

  test("a job that is run again by hand is not told of, and its next end is", async () => {
    await using one = await openPartsOf(redis, name);
    const { parts } = one;
    const [id = ""] = await end(parts, "http://a/");
    const sender = new DeliveryClaims(parts);
    const sent = await sender.claim(request);
    await retryJob(parts, { id });
    expect(await report(sender, sent, 204)).toMatchObject({ state: null });
    expect(await sender.claim(request)).toEqual({ due: [], nextInMs: null, isPartial: false });
    await cancelJob(parts, { id });
    const [next] = (await sender.claim(request)).due;
    expect(next?.id).not.toBe(sent.due[0]?.id);
    expect(await statesOf(parts, id)).toEqual(["withdrawn", "pending"]);
    await removeJob(parts, { id });
    expect(await findDeliveries(parts, jobOf(id))).toEqual({ kind: "gone" });
    expect(await sender.claim(request)).toEqual({ due: [], nextInMs: null, isPartial: false });
    const left = await parts.client.keys(parts.keys.of("deliver*"));
    expect(left).toEqual([parts.keys.of("deliveries:hosts")]);
  });

  test("the latest deliveries of a job are kept", async () => {
    await using one = await openPartsOf(redis, name);
    const { parts } = one;
    const [id = ""] = await end(parts, "http://a/");
    for (let ends = 0; ends < keptDeliveries + 2; ends++) {
      await retryJob(parts, { id });
      await cancelJob(parts, { id });
    }
    const states = await statesOf(parts, id);
    expect(states).toHaveLength(keptDeliveries);
    expect([states[0], states.at(-1)]).toEqual(["withdrawn", "pending"]);
  });

  test("a removed job that had two receivers holds up none of them", async () => {
    await using one = await openPartsOf(redis, name);
    const { parts } = one;
    const unique = { key: "k", while: "unfinished", onConflict: "replace" } as const;
    const [id = ""] = await submit(parts, { unique, onEnd: { url: "http://a/" } });
    await cancelJob(parts, { id });
    const sender = new DeliveryClaims(parts);
    await report(sender, await sender.claim(request), 410);
    await retryJob(parts, { id });
    expect(await submit(parts, { unique, onEnd: { url: "http://b/" } })).toEqual([id]);
    expect(await retryDeliveries(parts, jobOf(id))).toMatchObject({ isSent: true });
    await cancelJob(parts, { id });
    expect(await statesOf(parts, id)).toEqual(["pending", "pending"]);
    await removeJob(parts, { id });
    await end(parts, "http://a/", "http://b/");
    const found: string[] = [];
    for (let claims = 0; claims < 5; claims++) {
      const { due } = await sender.claim({ ...request, mostPerHost: 1 });
      found.push(...due.map(({ host }) => host));
    }
    expect(found.toSorted()).toEqual(["a", "b"]);
  });

  test("a short result is told, and a long one left out", async () => {
    await using one = await openPartsOf(redis, name);
    const { parts } = one;
    const told: object[] = [];
    for (const length of [10, 70_000]) {
      await submit(parts, { onEnd: { url: "http://a/" } });
      const [job] = await claimJobs(parts, "open", 1, []);
      if (!job) throw new Error("nothing was claimed");
      const ending = { kind: "succeeded", result: JSON.stringify("x".repeat(length)) } as const;
      await endAttempt(parts, job, ending, null);
      const [due] = (await new DeliveryClaims(parts).claim(request)).due;
      told.push(JSON.parse(due?.body ?? "null").data);
    }
    expect(told[0]).toMatchObject({ state: "succeeded", result: "x".repeat(10) });
    expect(told[1]).toMatchObject({ state: "succeeded", links: { result: expect.any(String) } });
    expect(told[1]).not.toHaveProperty("result");
  });

  test("of a job that is cancelled when it is submitted, by what it was to run after", async () => {
    await using one = await openPartsOf(redis, name);
    const { parts } = one;
    const [first = ""] = await submit(parts, {});
    await cancelJob(parts, { id: first });
    const [id] = await submit(parts, { after: [{ id: first }], onEnd: { url: "http://a/" } });
    const { due } = await new DeliveryClaims(parts).claim(request);
    expect(due.map(({ body }) => JSON.parse(body).data)).toMatchObject([{ id, done: true }]);
    expect(await statesOf(parts, id ?? "")).toEqual(["pending"]);
  });
});

/** @returns the ids of the jobs */
async function submit(parts: Parts, ...jobs: readonly Partial<NewJob>[]): Promise<string[]> {
  const whole = jobs.map((job) => ({ ...plainJob, ...job }));
  const answers = await new Submissions(parts, new Room(parts)).submit(whole);
  await parts.placing.done();
  return answers.map((each) => (each.kind === "accepted" ? each.job.id : each.kind));
}

/** Submits jobs that are to be told of, and ends them. @returns their ids */
async function end(parts: Parts, ...urls: readonly string[]): Promise<string[]> {
  const ids = await submit(parts, ...urls.map((url) => ({ onEnd: { url } })));
  for (const id of ids) await cancelJob(parts, { id });
  return ids;
}

/** The same queue, so much later. */
function after(parts: Parts, ms: number): Parts {
  const { clock } = parts;
  return { ...parts, clock: { now: () => clock.now() + ms, steady: () => clock.steady() } };
}

function jobOf(id: string): DeliverySubject {
  return { of: "job", id };
}

async function statesOf(parts: Parts, id: string): Promise<string[]> {
  const found = await findDeliveries(parts, jobOf(id));
  return found.kind === "found" ? found.deliveries.map(({ state }) => state) : [found.kind];
}

/** Reports the first of these. */
function report(sender: DeliveryClaims, { due }: DueDeliveries, status: number) {
  const error = status === 204 ? null : `the answer was ${status}`;
  const sent: SentWebhook = { startedAt: 1, durationMs: 1, status, error, retryAfterMs: null };
  return sender.report(due[0]?.claim ?? { seq: 0, token: 0 }, sent);
}

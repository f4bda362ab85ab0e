import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Delivery, DeliverySubject } from "../../src/jobs/delivery.ts";
import type { JobQueue } from "../../src/jobs/queue.ts";
import type { WebhookSettings } from "../../src/jobs/webhooks/thread/webhook-thread.ts";
import { WebhookReceiver } from "../helpers/webhook-receiver.ts";
import { plainJob, type QueueUnderTest } from "./queue-under-test.ts";

/** Webhooks go to this machine only. */
export const toThisMachine: WebhookSettings = {
  hosts: [{ kind: "range", address: "127.0.0.1", prefix: 32, port: null }],
  keys: [Buffer.alloc(32)],
  userAgent: "manycore/test",
};

/** What every queue holds to with webhooks (see src/jobs/delivery.ts). */
export function deliveryContract(
  name: string,
  open: (webhooks: WebhookSettings) => Promise<QueueUnderTest>,
): void {
  describe(`${name} sends webhooks`, () => {
    let under: QueueUnderTest;
    let queue: JobQueue;
    let receiver: WebhookReceiver;
    /** What the receiver answers; then 204. */
    let statuses: number[];

    beforeEach(async () => {
      statuses = [];
      receiver = await WebhookReceiver.listen(() => statuses.shift() ?? 204);
      under = await open(toThisMachine);
      queue = under.worker().queue;
    });
    afterEach(async () => {
      await under[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
    });

    /** Submits a job and ends it. */
    async function end(hasWebhook = true): Promise<DeliverySubject> {
      const onEnd = hasWebhook ? { url: receiver.url } : null;
      const [submitted] = await queue.jobs.submit([{ ...plainJob, onEnd }]);
      if (submitted?.kind !== "accepted") throw new Error("not accepted");
      await queue.control.cancel(submitted.job.id);
      return { of: "job", id: submitted.job.id };
    }

    /** The only delivery, as soon as it is as wished. */
    async function delivery(
      subject: DeliverySubject,
      isWished: (delivery: Delivery) => boolean,
    ): Promise<Delivery> {
      for (;;) {
        const found = await queue.deliveries.find(subject);
        const [first] = found.kind === "found" ? found.deliveries : [];
        if (first && isWished(first)) return first;
      }
    }

    test("of the end of a job: once, with the job", async () => {
      const subject = await end();
      const [webhook] = await receiver.arrived(1);
      expect(webhook?.event).toMatchObject({
        type: "job.cancelled",
        data: { id: subject.id, state: "cancelled" },
      });
      const delivered = await delivery(subject, ({ state }) => state === "delivered");
      expect(delivered).toMatchObject({
        ...{ id: webhook?.headers["webhook-id"], url: receiver.url, nextAttemptAt: null },
        attempts: [{ status: 204, error: null }],
      });
      expect(receiver.received).toHaveLength(1);
    });

    test("again, until one has arrived", async () => {
      statuses = [503];
      const subject = await end();
      const [first, second] = await receiver.arrived(2);
      expect(second).toMatchObject({ body: first?.body });
      const { attempts } = await delivery(subject, ({ state }) => state === "delivered");
      expect(attempts.map(({ status }) => status)).toEqual([503, 204]);
    });

    test("again by hand, if one has failed; and no other", async () => {
      statuses = [410];
      const subject = await end();
      await delivery(subject, ({ state }) => state === "failed");
      expect(await queue.deliveries.retry(subject)).toMatchObject({ kind: "found", isSent: true });
      await delivery(subject, ({ state }) => state === "delivered");
      expect(await queue.deliveries.retry(subject)).toMatchObject({ kind: "found", isSent: false });
    });

    test("of the end of a batch", async () => {
      const batch = { jobs: [plainJob], onEnd: { url: receiver.url }, key: null };
      const submitted = await queue.batches.submit(batch);
      if (submitted.kind !== "accepted") throw new Error("not accepted");
      const { id } = submitted.batch;
      await queue.batches.cancel(id);
      const [webhook] = await receiver.arrived(1);
      expect(webhook?.event).toMatchObject({ type: "batch.ended", data: { id, done: true } });
      await delivery({ of: "batch", id }, ({ state }) => state === "delivered");
    });

    test("of no job that has not asked for it, and of none that is unknown", async () => {
      const found = await queue.deliveries.find(await end(false));
      expect(found).toEqual({ kind: "found", deliveries: [] });
      for (const of of ["job", "batch"] as const) {
        const unknown = { of, id: "nonesuch" };
        expect(await queue.deliveries.find(unknown)).toEqual({ kind: "unknown" });
        expect(await queue.deliveries.retry(unknown)).toEqual({ kind: "unknown", isSent: false });
      }
    });
  });
}

import { pino } from "pino";
import { expect, test } from "vitest";
import type { DeliverySource, DueDeliveries } from "../../../../src/jobs/delivery.ts";
import { WebhookLink } from "../../../../src/jobs/webhooks/primary/webhook-link.ts";

const settings = { hosts: [], keys: [], userAgent: "test" };
const nothingDue: DueDeliveries = { due: [], nextInMs: null, isPartial: false };

/** A queue without deliveries, which tells what it is asked. */
function sourceThat(claim: () => DueDeliveries) {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const note = (name: string) => {
    asked.push(name);
    for (const wake of waiting.splice(0)) wake();
  };
  const source: DeliverySource = {
    async claim() {
      note("claim");
      return claim();
    },
    async report() {
      return { state: null, subject: "", tries: 0 };
    },
    async giveBack() {},
    async release() {
      note("release");
    },
  };
  const until = async (count: number) => {
    while (asked.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    return asked.slice(0, count);
  };
  return { source, until };
}

test("a thread that ends by a fault is started again, and the log says so", async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const answers = [{ due: null, nextInMs: null, isPartial: false } as unknown as DueDeliveries];
  const { source, until } = sourceThat(() => answers.shift() ?? nothingDue);
  const link = new WebhookLink(settings, source, log);
  expect(await until(4)).toEqual(["release", "claim", "release", "claim"]);
  expect(lines.join("")).toMatch(/the thread that sends webhooks has ended, and is started again/);
  await link.close();
});

test("it asks again when there are new deliveries, and not after its close", async () => {
  const { source, until } = sourceThat(() => nothingDue);
  const link = new WebhookLink(settings, source, pino({ level: "silent" }));
  await until(2);
  link.due();
  expect(await until(3)).toEqual(["release", "claim", "claim"]);
  await link.close();
  link.due();
});

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Envelope } from "../../../src/channel/envelope.ts";
import { type Life, nextLife } from "../../../src/channel/life.ts";
import type { Ending } from "../../../src/jobs/job.ts";
import { isEnding, isJobList } from "../../../src/jobs/sqlite/job-checks.ts";
import { plainJob } from "../../contracts/queue.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

const error = { type: "task-failed", detail: "no luck" };

test.each<Ending>([
  { kind: "succeeded", result: "1" },
  { kind: "succeeded", result: '"QQ=="', bytesAt: 1 },
  { kind: "failed", error, retry: true },
  { kind: "cancelled" },
  { kind: "handed-back" },
  { kind: "at-exit", ended: { kind: "failed", error, retry: false } },
])("%j is an ending", (ending) => {
  expect(isEnding(ending)).toBe(true);
});

test.each([
  undefined,
  null,
  "succeeded",
  {},
  { kind: "toString" },
  { kind: "succeeded" },
  { kind: "succeeded", result: 1 },
  { kind: "succeeded", result: "1", bytesAt: "1" },
  { kind: "failed", retry: true },
  { kind: "failed", error: {}, retry: true },
  { kind: "failed", error },
  { kind: "at-exit" },
  { kind: "at-exit", ended: { kind: "failed" } },
])("%j is no ending", (ending) => {
  expect(isEnding(ending)).toBe(false);
});

test.each([{}, [null], [1], [{}], [{ ...plainJob, input: 1 }], [{ ...plainJob, key: {} }]])(
  "%j is no list of jobs",
  (jobs) => {
    expect(isJobList(jobs)).toBe(false);
  },
);

const huge = Number.MAX_SAFE_INTEGER;

test.each([
  { room: huge, received: 0 },
  { room: 1, received: huge },
])("a worker that forges the offer %j does not keep jobs from the others", async (forged) => {
  await using under = await QueueOnFile.open();
  const { queue } = under.worker();
  const forger = nextLife(nextLife(undefined));
  const other = nextLife(forger);
  const sent: Envelope[] = [];
  const offer = (life: Life, args: object) => {
    under.host.take(life, { service: "queue", items: [{ name: "offer", args }] });
  };
  under.host.attach(forger, 2, () => {});
  under.host.attach(other, 3, (envelope) => sent.push(envelope));
  offer(forger, forged);
  offer(other, { room: 1, received: 0 });
  await queue.submit([plainJob]);
  await queue.submit([plainJob]);
  await expect.poll(() => sent).toHaveLength(1);
});

describe("the queue works on after a forged", () => {
  let under: QueueOnFile;
  let life: Life;
  beforeEach(async () => {
    under = await QueueOnFile.open();
    life = nextLife(undefined);
  });
  afterEach(() => under[Symbol.asyncDispose]());

  test.each([
    [{ name: "offer", args: { room: "many", received: null } }],
    [{ name: "watch", args: { watch: 1, id: 2 } }],
    [{ name: "progress", args: { id: "x", token: 1 } }],
    [{ name: "progress", args: { id: "x", token: 1, progress: "1" } }],
    [{ call: 99, name: "end", args: { id: "x", token: 1, ending: null } }],
    [{ call: 99, name: "submit", args: { jobs: [{}] } }],
    [{ call: 99, name: "lost", args: { attempts: [{}], wasAlone: true } }],
    [{ call: 99, name: "close", args: {} }],
    [{ call: 99, name: "list", args: { filter: { limit: "x" } } }],
    [{ answer: 1, value: 1 }],
  ])("%j", async (...items: unknown[]) => {
    const { queue } = under.worker();
    under.host.take(life, { service: "queue", items });
    const [submitted] = await queue.submit([plainJob]);
    expect(submitted).toMatchObject({ kind: "accepted" });
    await expect(queue.stats()).resolves.toMatchObject({ states: { queued: 1 } });
  });
});

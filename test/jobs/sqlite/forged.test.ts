import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Envelope } from "../../../src/channel/envelope.ts";
import { type Life, nextLife } from "../../../src/channel/life.ts";
import type { Ending } from "../../../src/jobs/assignment.ts";
import { isCheckpoint } from "../../../src/jobs/messages/attempt-checks.ts";
import { isBatch } from "../../../src/jobs/messages/batch-commands.ts";
import { isEnding, isJobList } from "../../../src/jobs/messages/job-checks.ts";
import { isCondition, isNewSchedule } from "../../../src/jobs/messages/schedule-checks.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { everySecond, yearly } from "../../contracts/schedules.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

const error = { type: "task-failed", detail: "no luck" };
const report = { executor: "inline", queuedMs: 1, ranMs: 2, cpuMs: null };
const line = { at: 1, text: "page 1" };

test("a checkpoint has at most as many characters as a task may give it", () => {
  expect(isCheckpoint("x".repeat(100_000))).toBe(true);
  for (const forged of ["x".repeat(100_001), null, 5]) expect(isCheckpoint(forged)).toBe(false);
});

test.each<Ending>([
  { kind: "succeeded", result: "1" },
  { kind: "succeeded", result: '"QQ=="', bytesAt: 1 },
  { kind: "failed", error, retry: true },
  { kind: "cancelled" },
  { kind: "handed-back" },
  { kind: "at-exit", ended: { kind: "failed", error, retry: false } },
  { kind: "failed", error, retry: true, pauseMs: 5 },
  { kind: "snoozed", pauseMs: 5, report },
  { kind: "handed-back", report: { ...report, stack: "Error", log: { lines: [], dropped: 1 } } },
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
  { kind: "snoozed" },
  { kind: "snoozed", pauseMs: null },
  { kind: "failed", error, retry: true, pauseMs: Number.NaN },
  { kind: "failed", error: { ...error, detail: "x".repeat(5001) }, retry: true },
  ...[
    null,
    {},
    { ...report, executor: 1 },
    { ...report, executor: "x".repeat(101) },
    { ...report, ranMs: Number.POSITIVE_INFINITY },
    { ...report, cpuMs: "1" },
    { ...report, stack: "x".repeat(5001) },
    { ...report, log: {} },
    { ...report, log: { lines: Array(21).fill(line), dropped: 0 } },
    { ...report, log: { lines: [{ ...line, text: "x".repeat(601) }], dropped: 0 } },
    { ...report, log: { lines: [{ ...line, at: 0.5 }], dropped: 0 } },
    { ...report, log: { lines: [line], dropped: 0.5 } },
  ].map((forged) => ({ kind: "cancelled", report: forged })),
])("%j is no ending", (ending) => {
  expect(isEnding(ending)).toBe(false);
});

test.each([{}, [null], [1], [{}], [{ ...plainJob, input: 1 }], [{ ...plainJob, key: {} }]])(
  "%j is no list of jobs",
  (jobs) => {
    expect(isJobList(jobs)).toBe(false);
  },
);

const batch = (more: object) => ({ jobs: [{ ...plainJob, ...more }], onEnd: null, key: null });

test("a batch is told from what is none", () => {
  expect(isBatch(batch({ after: [{ index: 0 }, { id: "x" }] }))).toBe(true);
  const unique = { key: "k", while: "queued", onConflict: "return" };
  for (const more of [
    { after: [{ index: 1 }] },
    { after: [{ index: -1 }] },
    { after: ["x"] },
    { key: { name: "k", fingerprints: ["a"] } },
    { unique },
  ]) {
    expect(isBatch(batch(more))).toBe(false);
  }
  const { jobs } = batch({});
  expect(isBatch({ jobs: [], onEnd: null, key: null })).toBe(false);
  expect(isBatch({ jobs, onEnd: {}, key: null })).toBe(false);
  expect(isBatch({ jobs, onEnd: null })).toBe(false);
});

const huge = Number.MAX_SAFE_INTEGER;

test.each([{ capacity: huge }, { capacity: -1 }])(
  "a worker that forges the offer %j does not keep jobs from the others",
  async (forged) => {
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
    offer(other, { capacity: 1 });
    await queue.jobs.submit([plainJob]);
    await queue.jobs.submit([plainJob]);
    await expect.poll(() => sent).toHaveLength(1);
  },
);

describe("the queue works on after a forged", () => {
  let under: QueueOnFile;
  let life: Life;
  beforeEach(async () => {
    under = await QueueOnFile.open();
    life = nextLife(undefined);
  });
  afterEach(() => under[Symbol.asyncDispose]());

  test.each([
    [{ name: "offer", args: { capacity: "many" } }],
    [{ name: "watch", args: { watch: 1, id: 2 } }],
    [{ name: "progress", args: { id: "x", token: 1 } }],
    [{ name: "progress", args: { id: "x", token: 1, progress: "1" } }],
    [{ name: "ends", args: { number: 1, ends: [{ id: "x", token: 1, ending: null }] } }],
    [
      {
        name: "ends",
        args: { number: 1, ends: [{ id: "x", token: 1, ending: { kind: "cancelled" } }] },
      },
    ],
    [{ call: 99, name: "submit", args: { jobs: [{}] } }],
    [{ call: 99, name: "lost", args: { attempts: [{}], wasAlone: true } }],
    [{ call: 99, name: "close", args: {} }],
    [{ call: 99, name: "list", args: { listing: { limit: "x" } } }],
    [{ call: 99, name: "list", args: { listing: { limit: 1, states: ["lost"] } } }],
    [{ call: 99, name: "list", args: { listing: { limit: 1, createdAfter: "x" } } }],
    [{ call: 99, name: "change", args: { id: "x", change: { priority: "high" } } }],
    [{ call: 99, name: "change", args: { id: "x", change: { runAt: 0.5 } } }],
    [{ call: 99, name: "change-many", args: { action: "drop", selection: { limit: 1 } } }],
    [{ call: 99, name: "change-many", args: { action: "remove", selection: { limit: 1e9 } } }],
    [{ call: 99, name: "set-paused", args: { task: 1, isPaused: true } }],
    [{ answer: 1, value: 1 }],
  ])("%j", async (...items: unknown[]) => {
    const { queue } = under.worker();
    under.host.take(life, { service: "queue", items });
    const [submitted] = await queue.jobs.submit([plainJob]);
    expect(submitted).toMatchObject({ kind: "accepted" });
    await expect(queue.jobs.stats()).resolves.toMatchObject({ states: { queued: 1 } });
  });
});

const { rules } = yearly;

test.each([
  {},
  { ...yearly, name: 1 },
  { ...yearly, job: {} },
  { ...yearly, job: { ...yearly.job, after: Array(101).fill({ id: "x" }) } },
  { ...yearly, rules: null },
  { ...yearly, rules: { ...rules, cron: "nonsense" } },
  { ...yearly, rules: { ...rules, cron: null } },
  { ...yearly, rules: { ...rules, everyMs: 1000 } },
  { ...yearly, rules: { ...rules, cron: null, everyMs: 0 } },
  { ...yearly, rules: { ...rules, timeZone: "Mars/Olympus" } },
  { ...yearly, rules: { ...rules, startAt: "now" } },
])("%j is no schedule", (schedule) => {
  expect(isNewSchedule(schedule)).toBe(false);
});

test.each([{}, { versions: 1, isNew: true }, { versions: null }])("%j is no condition", (each) => {
  expect(isCondition(each)).toBe(false);
});

test("a schedule and a condition pass", () => {
  expect(isNewSchedule(yearly)).toBe(true);
  expect(isNewSchedule(everySecond("x"))).toBe(true);
  for (const versions of [null, "any", ["1.1"]]) {
    expect(isCondition({ versions, isNew: false })).toBe(true);
  }
});

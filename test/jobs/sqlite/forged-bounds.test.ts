/** Values of the right type that no worker sends: a task may forge them. */
import { describe, expect, test } from "vitest";
import { nextLife } from "../../../src/channel/life.ts";
import { isProgress } from "../../../src/jobs/messages/attempt-checks.ts";
import { isBatch } from "../../../src/jobs/messages/batch-commands.ts";
import { isListing } from "../../../src/jobs/messages/control-commands.ts";
import { isEnding, isJobList, isSentJobList } from "../../../src/jobs/messages/job-checks.ts";
import { isNewSchedule, isScheduleListing } from "../../../src/jobs/messages/schedule-checks.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { yearly } from "../../contracts/schedules.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

/** A whole number that SQLite keeps and cannot give back to JavaScript. */
const unreadable = 9.05e15;

const report = { executor: "inline", queuedMs: 1, ranMs: 2, cpuMs: null };
const unique = { key: "k", while: "queued", onConflict: "return" };

describe("a queue that holds a forged job would stop for good: there is no job with", () => {
  test.each([
    { runAt: unreadable },
    { runAt: 8.7e15 },
    { runAt: 0.5 },
    { startBefore: unreadable },
    { priority: 1.5 },
    { priority: 1001 },
    { maxAttempts: 1.5 },
    { timeoutMs: -1 },
    { backoffMs: 0.5 },
    { tags: Array(11).fill("tag") },
    { group: { key: "g", concurrency: 0 } },
    { group: { key: "g", concurrency: 1.5 } },
    { group: { key: "x".repeat(101), concurrency: null } },
    { unique: { ...unique, key: "x".repeat(256) } },
    { unique: { ...unique, while: "always" } },
    { unique: { ...unique, onConflict: "toString" } },
    { onFailure: "toString" },
    { onEnd: { url: "x".repeat(2001) } },
    { schedule: { name: "s", scheduledFor: unreadable } },
  ])("%j", (forged) => {
    expect(isJobList([{ ...plainJob, ...forged }])).toBe(false);
  });
});

test("a job comes after 100 others at most, and in a batch after any of it", () => {
  const after = (count: number) => [{ ...plainJob, after: Array(count).fill({ id: "x" }) }];
  const sent = (count: number) => after(count).map(({ body: _none, ...job }) => job);
  expect(isSentJobList(sent(100))).toBe(true);
  expect(isSentJobList(sent(101))).toBe(false);
  const batch = (count: number) => ({ jobs: after(count), onEnd: null, key: null });
  expect(isBatch(batch(1000))).toBe(true);
  expect(isBatch(batch(50_001))).toBe(false);
  const [half] = after(25_001);
  expect(isBatch({ ...batch(0), jobs: [half, half] })).toBe(false);
});

test("what is in bounds passes", () => {
  const group = { key: "g", concurrency: 1 };
  expect(isJobList([{ ...plainJob, runAt: -1, priority: -1000, group, unique }])).toBe(true);
  expect(isScheduleListing({ limit: 1, after: null })).toBe(true);
  expect(isProgress('{"done":1}')).toBe(true);
});

test("a list of states names each once: SQLite takes 500 at most", () => {
  expect(isListing({ limit: 1, states: ["failed", "queued"] })).toBe(true);
  expect(isListing({ limit: 1, states: Array(600).fill("failed") })).toBe(false);
});

test("a submission has no more jobs than a request may have", () => {
  expect(isJobList(Array(10_001).fill(plainJob))).toBe(false);
});

test("the end of an attempt can be written: numbers of its report fit into the file", () => {
  expect(isEnding({ kind: "cancelled", report: { ...report, ranMs: -0.01 } })).toBe(true);
  for (const ranMs of [1e300, -1e13]) {
    expect(isEnding({ kind: "cancelled", report: { ...report, ranMs } })).toBe(false);
  }
  const log = { lines: [{ at: unreadable, text: "" }], dropped: 0 };
  expect(isEnding({ kind: "cancelled", report: { ...report, log } })).toBe(false);
});

test("an end at the exit is no end within another", () => {
  let deep: object = { kind: "cancelled" };
  for (let depth = 0; depth < 20_000; depth++) deep = { kind: "at-exit", ended: deep };
  expect(isEnding(deep)).toBe(false);
});

test("progress is JSON, and no longer than a task may report", () => {
  for (const forged of ["", "{", '"'.concat("x".repeat(10_000), '"'), null]) {
    expect(isProgress(forged)).toBe(false);
  }
});

test.each([
  { cron: "constructor" },
  { cron: "__proto__" },
  { cron: null, everyMs: 1000.5 },
  { cron: null, everyMs: 1e15 },
  { startAt: unreadable },
  { endAt: 0.5 },
  { catchUp: "toString" },
  { overlap: "none" },
])("%j makes no schedule", (rules) => {
  expect(isNewSchedule({ ...yearly, rules: { ...yearly.rules, ...rules } })).toBe(false);
});

test("a schedule has a name that can be put into a path, and a list a length", () => {
  for (const name of ["", "..", "a/b", "x".repeat(101)]) {
    expect(isNewSchedule({ ...yearly, name })).toBe(false);
  }
  for (const listing of [{}, { limit: 1 }, { limit: 1e9, after: null }, { limit: 1, after: {} }]) {
    expect(isScheduleListing(listing)).toBe(false);
  }
});

const condition = { versions: null, isNew: false };
const forgedRules = { ...yearly.rules, cron: "constructor" };

test.each([
  { name: "submit", args: { jobs: [{ ...plainJob, runAt: unreadable }] } },
  { name: "put-schedule", args: { schedule: { ...yearly, rules: forgedRules }, condition } },
  { name: "list-schedules", args: { listing: {} } },
  { name: "change", args: { id: "x", change: { runAt: unreadable } } },
])("the queue works on after a forged $name", async (call) => {
  await using under = await QueueOnFile.open();
  const { queue } = under.worker();
  under.host.take(nextLife(undefined), { service: "queue", items: [{ call: 99, ...call }] });
  expect(await queue.jobs.submit([plainJob])).toMatchObject([{ kind: "accepted" }]);
  expect((await queue.jobs.list({ limit: 10 })).jobs).toHaveLength(1);
});

import { describe, expect, test } from "vitest";
import { isSentJobList } from "../../../src/jobs/messages/job-checks.ts";
import {
  fromSentJob,
  type StoredAnswer,
  toSentJob,
  toSubmitted,
} from "../../../src/jobs/messages/submission.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";

const overTheWire = <Value>(value: Value) => JSON.parse(JSON.stringify(value)) as Value;

const full = {
  ...plainJob,
  traceparent: "00-a-b-01",
  key: { name: "k", fingerprints: ["a", "b"] as const },
  tags: ["t"],
  group: { key: "g", concurrency: 2 },
  startBefore: 5,
  unique: { key: "u", while: "queued", onConflict: "refuse" } as const,
  after: [{ id: "x" }],
  onFailure: "run" as const,
  onEnd: { url: "http://a/" },
  schedule: { name: "s", scheduledFor: null },
};

describe("a job on its way to the store", () => {
  test("a plain one leaves out what nobody asked for", () => {
    expect(Object.keys(overTheWire(toSentJob(plainJob))).toSorted()).toEqual(
      [
        ...["task", "input", "priority", "runAt", "maxAttempts", "timeoutMs", "backoffMs"],
      ].toSorted(),
    );
  });

  test.each([
    ["a plain one", plainJob],
    ["one with every part", full],
  ])("%s arrives as it was sent", (_, job) => {
    const sent = overTheWire(toSentJob(job));
    expect(isSentJobList([sent])).toBe(true);
    expect(fromSentJob(sent as Parameters<typeof fromSentJob>[0])).toEqual(job);
  });
});

describe("the answer of the store", () => {
  const row = { id: "x", createdAt: 1, waitsFor: 1, runAt: 2 };

  test("of a new job gets the rest from whoever submitted it", () => {
    const answer: StoredAnswer = { kind: "accepted", isNew: true, job: row, replayed: false };
    expect(toSubmitted(full, answer)).toMatchObject({
      kind: "accepted",
      replayed: false,
      job: {
        ...{ ...row, task: "double", state: "queued", version: 1, attempts: 0, group: "g" },
        ...{ schedule: "s", scheduledFor: null, hasWebhook: true, startBefore: 5, tags: ["t"] },
      },
    });
  });

  test.each<StoredAnswer>([
    { kind: "key-conflict" },
    { kind: "too-late" },
    { kind: "unique-conflict", id: "x", state: "running" },
    { kind: "no-prerequisite", faults: [{ place: 0, why: "unknown" }] },
  ])("$kind stays as it is", (answer) => {
    expect(toSubmitted(plainJob, answer)).toBe(answer);
  });
});

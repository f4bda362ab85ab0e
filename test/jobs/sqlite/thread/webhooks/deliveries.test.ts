import { afterEach, beforeEach, expect, test } from "vitest";
import type { SubmittedBatch } from "../../../../../src/jobs/batch.ts";
import type { Delivery, DueDeliveries, FoundDeliveries } from "../../../../../src/jobs/delivery.ts";
import type { Submitted } from "../../../../../src/jobs/new-job.ts";
import { pausesMs } from "../../../../../src/jobs/transitions/deliveries.ts";
import { plainJob } from "../../../../contracts/queue-under-test.ts";
import { StoreOnFile } from "../../../../helpers/store-on-file.ts";

const retentionMs = 3_600_000;

let queue: StoreOnFile;
beforeEach(() => {
  queue = new StoreOnFile({ retentionMs, random: () => 0 });
});
afterEach(() => queue[Symbol.dispose]());

/** Submits jobs that are to be told of, and ends them. @returns their ids */
function end(...urls: string[]): string[] {
  const jobs = urls.map((url) => ({ ...plainJob, onEnd: { url } }));
  const submitted = queue.ask<Submitted[]>({ name: "submit", args: { jobs } });
  const ids = submitted.map((each) => (each.kind === "accepted" ? each.job.id : ""));
  for (const id of ids) queue.ask({ name: "cancel", args: { id } });
  return ids;
}

function claim(limit = 20, busy = {}, mostPerHost = 4): DueDeliveries {
  return queue.ask({ name: "claim-deliveries", args: { request: { limit, mostPerHost, busy } } });
}

function deliveriesOf(id: string): readonly Delivery[] {
  const found = queue.ask<FoundDeliveries>({
    name: "deliveries",
    args: { subject: { of: "job", id } },
  });
  return found.kind === "found" ? found.deliveries : [];
}

function report({ due }: DueDeliveries, status: number): unknown {
  const error = status === 204 ? null : `the answer was ${status}`;
  const sent = { startedAt: queue.now, durationMs: 1, status, error, retryAfterMs: null };
  const [first] = due;
  if (!first) throw new Error("nothing is due");
  return queue.ask({ name: "report-delivery", args: { claim: first.claim, sent } });
}

test("what was sent of a job that has become another one is removed with it", () => {
  const unique = { key: "k", while: "unfinished", onConflict: "replace" } as const;
  const submit = (job: object) =>
    queue.ask<Submitted[]>({
      name: "submit",
      args: { jobs: [{ ...plainJob, unique, ...job }] },
    })[0];
  const submitted = submit({ onEnd: { url: "http://a/" } });
  const id = submitted?.kind === "accepted" ? submitted.job.id : "";
  queue.ask({ name: "cancel", args: { id } });
  report(claim(), 204);
  queue.ask({ name: "retry", args: { id } });
  expect(submit({ onEnd: null })).toMatchObject({ conflict: "replaced", job: { id } });
  queue.ask({ name: "cancel", args: { id } });
  expect(deliveriesOf(id)).toMatchObject([{ state: "delivered" }]);
  queue.ask({ name: "remove", args: { id } });
  expect(queue.count("delivery")).toBe(0);
});

test("a job that has ended is due to be told of; one that has not is not", () => {
  const jobs = [{ ...plainJob, onEnd: { url: "http://a/" } }];
  const [submitted] = queue.ask<Submitted[]>({ name: "submit", args: { jobs } });
  expect(queue.store.takeNews().hasDeliveries).toBe(false);
  expect(claim()).toEqual({ due: [], nextInMs: null, isPartial: false });
  const id = submitted?.kind === "accepted" ? submitted.job.id : "";
  queue.ask({ name: "cancel", args: { id } });
  expect(queue.store.takeNews().hasDeliveries).toBe(true);
  expect(queue.store.takeNews().hasDeliveries).toBe(false);
  const { due } = claim();
  expect(due).toMatchObject([
    { id: expect.stringContaining(`msg_${id}_1_`) as string, url: "http://a/", host: "a" },
  ]);
  const body = JSON.parse(due[0]?.body ?? "") as object;
  expect(body).toMatchObject({
    type: "job.cancelled",
    timestamp: new Date(queue.now).toISOString(),
    data: { id, state: "cancelled", done: true },
  });
});

test("nothing is due while a job runs or waits for its next attempt, and its end is told once", () => {
  const id = queue.submit({ onEnd: { url: "http://a/" }, backoffMs: 0 });
  const error = { type: "task-failed", detail: "no luck" };
  queue.end(queue.claim(), { kind: "failed", error, retry: true });
  expect(deliveriesOf(id)).toEqual([]);
  const last = queue.claim();
  expect(deliveriesOf(id)).toEqual([]);
  queue.end(last, { kind: "succeeded", result: "1" });
  queue.end(last, { kind: "succeeded", result: "2" });
  expect(deliveriesOf(id)).toHaveLength(1);
  expect(claim().due).toHaveLength(1);
});

test("a plain job leaves no delivery", () => {
  const [job] = queue.ask<Submitted[]>({ name: "submit", args: { jobs: [plainJob] } });
  const id = job?.kind === "accepted" ? job.job.id : "";
  queue.ask({ name: "cancel", args: { id } });
  expect(claim()).toEqual({ due: [], nextInMs: null, isPartial: false });
  expect(deliveriesOf(id)).toEqual([]);
});

test("a short result is told, and a long one left out", () => {
  const ends = [10, 70_000].map((length) => {
    const jobs = [{ ...plainJob, onEnd: { url: "http://a/" } }];
    queue.ask({ name: "submit", args: { jobs } });
    const [claimed] = queue.ask<[{ id: string; token: number }]>({
      name: "claim",
      args: { limit: 1, onProbation: [] },
    });
    const ending = { kind: "succeeded", result: JSON.stringify("x".repeat(length)) } as const;
    const { id, token } = claimed;
    queue.ask({ name: "end", args: { id, token, ending, place: null } });
    const body = claim().due[0]?.body ?? "";
    return JSON.parse(body) as { type: string; data: object };
  });
  expect(ends.map(({ type }) => type)).toEqual(["job.succeeded", "job.succeeded"]);
  expect(ends[0]?.data).toMatchObject({ result: "x".repeat(10) });
  expect(ends[1]?.data).not.toHaveProperty("result");
  expect(ends[1]?.data).toHaveProperty("links.result");
});

test("a claimed one is not due again while its sender has it, nor after it has arrived", () => {
  const [id = ""] = end("http://a/");
  const claimed = claim();
  expect(claim().due).toEqual([]);
  queue.now += 1;
  expect(report(claimed, 204)).toEqual({ state: "delivered", subject: id, tries: 1 });
  expect(claim()).toEqual({ due: [], nextInMs: null, isPartial: false });
  expect(deliveriesOf(id)).toEqual([
    {
      ...{
        id: expect.stringContaining(`msg_${id}_1_`) as string,
        url: "http://a/",
        state: "delivered",
        createdAt: queue.now - 1,
      },
      nextAttemptAt: null,
      attempts: [{ startedAt: queue.now, durationMs: 1, status: 204, error: null }],
    },
  ]);
});

test("one that did not arrive is due again after its pause, and fails in the end", () => {
  const [id = ""] = end("http://a/");
  for (const pauseMs of pausesMs) {
    expect(report(claim(), 500)).toMatchObject({ state: "pending" });
    expect(claim()).toEqual({ due: [], nextInMs: pauseMs, isPartial: false });
    expect(deliveriesOf(id)[0]?.nextAttemptAt).toBe(queue.now + pauseMs);
    queue.now += pauseMs;
  }
  expect(report(claim(), 500)).toMatchObject({ state: "failed", tries: 8 });
  expect(claim()).toEqual({ due: [], nextInMs: null, isPartial: false });
  expect(deliveriesOf(id)[0]?.attempts).toHaveLength(8);
});

test("a sender that never reports loses its claim, and its late report does not count", () => {
  const [id = ""] = end("http://a/");
  const late = claim();
  queue.now += 60_000;
  const again = claim();
  expect(again.due).toMatchObject([{ id: expect.stringContaining(`msg_${id}_1_`) as string }]);
  expect(report(late, 500)).toMatchObject({ state: null });
  expect(report(again, 204)).toMatchObject({ state: "delivered" });
});

test("what a sender gives back is due at once; so is all that an earlier sender had", () => {
  end("http://a/", "http://a/");
  const [first, second] = claim().due;
  if (!first || !second) throw new Error("both should be due");
  queue.ask({ name: "give-back-delivery", args: { claim: first.claim } });
  expect(claim().due.map(({ id }) => id)).toEqual([first.id]);
  queue.reopen();
  queue.ask({ name: "release-deliveries", args: {} });
  expect(claim().due.map(({ id }) => id)).toEqual([first.id, second.id]);
});

test.each(["constructor", "__proto__"])("a host may be called %s", (host) => {
  end(`http://${host}/`);
  expect(claim().due).toMatchObject([{ host }]);
  end(...Array.from({ length: 5 }, () => `http://${host}/`));
  expect(claim(20, Object.fromEntries([[host, 2]])).due).toHaveLength(2);
});

test("hosts take turns, and none gets more than its share", () => {
  end(...Array.from({ length: 30 }, () => "http://slow/"), "http://b/", "http://c:81/");
  const hostsOf = ({ due }: DueDeliveries) => due.map(({ host }) => host).toSorted();
  expect(hostsOf(claim())).toEqual(["b", "c", "slow", "slow", "slow", "slow"]);
  expect(claim(20, { slow: 4 })).toEqual({ due: [], nextInMs: 0, isPartial: false });
  expect(hostsOf(claim(20, { slow: 3 }))).toEqual(["slow"]);
  expect(hostsOf(claim(2, {}))).toEqual(["slow", "slow"]);
});

test("a forged URL is due like any other, and fails", () => {
  const [id = ""] = end("nonsense", "http://a/");
  expect(
    claim()
      .due.map(({ url }) => url)
      .toSorted(),
  ).toEqual(["http://a/", "nonsense"]);
  expect(deliveriesOf(id)).toMatchObject([{ url: "nonsense" }]);
});

test("a retry by hand sends a failed one again, with all its attempts, and no other", () => {
  const [failed = "", delivered = ""] = end("http://a/", "http://b/");
  const claimed = claim();
  const of = (id: string) => ({
    ...claimed,
    due: claimed.due.filter((one) => one.id.includes(id)),
  });
  expect(report(of(failed), 410)).toMatchObject({ state: "failed" });
  report(of(delivered), 204);
  queue.store.takeNews().hasDeliveries;
  expect(
    queue.ask({ name: "retry-deliveries", args: { subject: { of: "job", id: delivered } } }),
  ).toMatchObject({
    isSent: false,
  });
  expect(queue.store.takeNews().hasDeliveries).toBe(false);
  expect(
    queue.ask({ name: "retry-deliveries", args: { subject: { of: "job", id: failed } } }),
  ).toMatchObject({ isSent: true });
  expect(queue.store.takeNews().hasDeliveries).toBe(true);
  expect(report(claim(), 500)).toMatchObject({ state: "pending", tries: 1 });
  expect(deliveriesOf(failed)[0]?.attempts).toHaveLength(2);
});

test("a retry by hand ends a pause", () => {
  const [id = ""] = end("http://a/");
  report(claim(), 500);
  expect(claim().due).toEqual([]);
  queue.ask({ name: "retry-deliveries", args: { subject: { of: "job", id } } });
  expect(claim().due).toHaveLength(1);
});

test("deliveries go with their job", () => {
  const [id = ""] = end("http://a/");
  queue.now += retentionMs;
  queue.store.doChores();
  expect(queue.ask({ name: "deliveries", args: { subject: { of: "job", id } } })).toEqual({
    kind: "gone",
  });
  expect(queue.count("delivery")).toBe(0);
  expect(claim()).toEqual({ due: [], nextInMs: null, isPartial: false });
});

test("no look at deliveries reads them all", () => {
  const plans = [
    "SELECT host, due_at FROM delivery INDEXED BY delivery_host WHERE due_at IS NOT NULL AND host > 'a' ORDER BY host, due_at LIMIT 1",
    "SELECT count(*) FROM delivery WHERE job = 1 OR batch = 1",
    "SELECT * FROM delivery WHERE job = 1 ORDER BY seq",
    "DELETE FROM delivery WHERE job = 1",
  ].map((sql) => queue.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  const steps = plans.flat().map(({ detail }) => detail as string);
  expect(steps.filter((step) => /SCAN|TEMP B-TREE/.test(step))).toEqual([]);
});

test("a job that is retried by hand is told of again when it ends again, and not before", () => {
  const [id = ""] = end("http://a/");
  queue.ask({ name: "retry", args: { id } });
  expect(claim()).toEqual({ due: [], nextInMs: null, isPartial: false });
  expect(deliveriesOf(id)).toMatchObject([{ state: "withdrawn", nextAttemptAt: null }]);
  queue.ask({ name: "cancel", args: { id } });
  expect(claim().due).toMatchObject([{ id: expect.stringContaining(`msg_${id}_2_`) as string }]);
});

test("a batch is told of once, when its last job has ended, and goes with it", () => {
  const batch = { jobs: [plainJob, plainJob], onEnd: { url: "http://a/" }, key: null };
  const submitted = queue.ask<SubmittedBatch>({ name: "submit-batch", args: { batch } });
  if (submitted.kind !== "accepted") throw new Error("not accepted");
  const [first = "", second = ""] = submitted.jobs;
  queue.ask({ name: "cancel", args: { id: first } });
  expect(claim().due).toEqual([]);
  queue.ask({ name: "cancel", args: { id: second } });
  const { due } = claim();
  const { id } = submitted.batch;
  expect(due).toMatchObject([{ id: expect.stringContaining(`msg_${id}_1_`) as string }]);
  expect(JSON.parse(due[0]?.body ?? "")).toMatchObject({
    type: "batch.ended",
    data: { id, done: true, total: 2, states: { cancelled: 2 } },
  });
  queue.now += retentionMs;
  queue.store.doChores();
  expect(queue.count("delivery")).toBe(0);
});

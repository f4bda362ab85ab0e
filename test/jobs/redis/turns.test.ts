import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endAttempt, endedJob } from "../../../src/jobs/redis/thread/jobs/attempt-ends.ts";
import { cancelRow } from "../../../src/jobs/redis/thread/jobs/by-hand.ts";
import { claimJobs } from "../../../src/jobs/redis/thread/jobs/claims.ts";
import type { Parts } from "../../../src/jobs/redis/thread/parts.ts";
import { changeJob, readJob } from "../../../src/jobs/redis/thread/records/job-changes.ts";
import { nextInTurn } from "../../../src/jobs/redis/thread/tickets/turns.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { claimed, openPartsOf, submitJobs } from "../../helpers/redis-parts.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";
import { leftInRedis } from "./left-in-redis.ts";

const inGroup = (key: string) => ({ ...plainJob, group: { key, concurrency: null } });

const succeeded = { kind: "succeeded", result: "1" } as const;

async function recordOf(parts: Parts, seq: number) {
  const read = await readJob(parts, seq);
  if (!read) throw new Error(`There is no job ${seq}`);
  return read.record;
}

/** Claims and ends jobs until there is none. @returns those that ran */
async function runAll(parts: Parts): Promise<number[]> {
  const ran: number[] = [];
  for (;;) {
    const jobs = await claimJobs(parts, "open", 3, []);
    if (jobs.length === 0) return ran;
    for (const { seq, token } of jobs) {
      ran.push(seq);
      await endAttempt(parts, { seq, token }, succeeded, null);
    }
  }
}

describe.skipIf(redisMissing)(`turns in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("a job that waits gives its ticket for another one, and its version stays", async () => {
    await using opened = await openPartsOf(redis, "swap");
    const { parts } = opened;
    const [first = 0, second = 0, other = 0] = await submitJobs(opened, [
      ...[inGroup("a"), inGroup("a"), inGroup("b")],
    ]);
    const tickets = [`${first}-1`, `${second}-1`, `${other}-1`];
    expect(await claimed(parts, 2)).toEqual([first, other]);
    expect(await recordOf(parts, other)).toMatchObject({ ticket: tickets[1], version: 2 });
    expect(await recordOf(parts, second)).toMatchObject({ ticket: tickets[2], version: 1 });
    expect(await parts.client.hgetall(parts.keys.owners)).toEqual({
      ...{ [`${second}-1`]: String(other), [`${other}-1`]: String(second) },
    });
  });

  test("a group without room is passed over, and its jobs stay in their line", async () => {
    await using opened = await openPartsOf(redis, "full");
    const { parts } = opened;
    const full = { ...plainJob, group: { key: "a", concurrency: 1 } };
    const [first, second, , ...others] = await submitJobs(opened, [
      ...[full, full, full, inGroup("b"), inGroup("b"), inGroup("b")],
    ]);
    expect(await claimed(parts, 3)).toEqual([first, ...others.slice(0, 2)]);
    expect(await recordOf(parts, second ?? 0)).toMatchObject({ parked: null });
  });

  test("a planned job of a group is next when its time has come, whoever waits", async () => {
    await using opened = await openPartsOf(redis, "planned");
    const { parts } = opened;
    const runAt = parts.clock.now() + 1000;
    const [planned] = await submitJobs(opened, [{ ...inGroup("a"), runAt }]);
    const others = await submitJobs(
      opened,
      Array.from({ length: 20 }, () => plainJob),
    );
    expect(await claimed(parts, 2)).toEqual(others.slice(0, 2));
    await pause(runAt + 1 - parts.clock.now());
    expect(await claimed(parts, 2)).toEqual([planned, others[2]]);
  });

  test("a job that is tried again after its back-off has its turn, and the ticket it ran under", async () => {
    await using opened = await openPartsOf(redis, "again");
    const { parts } = opened;
    const [first = 0, , other = 0] = await submitJobs(opened, [
      ...[inGroup("a"), inGroup("a"), { ...inGroup("b"), backoffMs: 1 }],
    ]);
    expect(await claimed(parts, 2)).toEqual([first, other]);
    const before = await recordOf(parts, other);
    const error = { type: "task-failed", detail: "no luck" } as const;
    await endAttempt(parts, { seq: other, token: 1 }, { kind: "failed", error, retry: true }, null);
    const after = await recordOf(parts, other);
    expect(after).toMatchObject({ state: "queued", ticket: before.ticket });
    await pause(Math.max(0, after.runAt + 1 - parts.clock.now()));
    // No job of its group runs, and one of the other group does.
    expect(await claimed(parts, 1)).toEqual([other]);
  });

  test("a job is cancelled whose ticket another one has taken", async () => {
    await using opened = await openPartsOf(redis, "cancel");
    const { parts } = opened;
    const [first = 0, second = 0, other = 0, last = 0] = await submitJobs(opened, [
      ...[inGroup("a"), inGroup("a"), inGroup("b"), inGroup("b")],
    ]);
    expect(await claimed(parts, 2)).toEqual([first, other]);
    await cancelRow(parts, second);
    expect(await claimed(parts, 2)).toEqual([last]);
    for (const seq of [first, other, last])
      await endAttempt(parts, { seq, token: 1 }, succeeded, null);
    expect(await leftInRedis(parts.client, "cancel")).toEqual([]);
  });

  test("what was decided for a job before its ticket was swapped is decided anew", async () => {
    await using opened = await openPartsOf(redis, "anew");
    const { parts } = opened;
    const [, second = 0] = await submitJobs(opened, [inGroup("a"), inGroup("a"), inGroup("b")]);
    const known = await readJob(parts, second);
    if (!known) throw new Error("There is no such job");
    await claimed(parts, 2);
    const seen: string[] = [];
    await changeJob(
      parts,
      second,
      ({ record }) => {
        seen.push(record.ticket);
        return { after: endedJob(parts, record, { to: "cancelled" }), value: null };
      },
      known,
    );
    expect(seen).toEqual([known.record.ticket, expect.not.stringMatching(known.record.ticket)]);
  });

  test("a ticket that comes back from a lost host is that of the job that ran under it", async () => {
    await using left = await openPartsOf(redis, "lost");
    const { parts } = left;
    const [first = 0, second = 0, other = 0] = await submitJobs(left, [
      ...[inGroup("a"), inGroup("a"), inGroup("b")],
    ]);
    {
      await using lost = await openPartsOf(redis, "lost");
      expect(await claimed(lost.parts, 2)).toEqual([first, other]);
    }
    // The job that never ran is done, and waits no more for the others.
    const ran = new Set<number>();
    while (ran.size < 3) for (const seq of await runAll(parts)) ran.add(seq);
    expect(await recordOf(parts, other)).toMatchObject({ token: 2, attempts: 1, losses: 1 });
    expect(await recordOf(parts, second)).toMatchObject({ token: 1, losses: 0 });
    expect(await leftInRedis(parts.client, "lost")).toEqual([]);
  });

  test("many jobs of a claim are chosen in several steps", async () => {
    await using opened = await openPartsOf(redis, "steps");
    const { parts } = opened;
    const groups = Array.from({ length: 300 }, (_, at) => inGroup(`${at}`));
    const seqs = await submitJobs(opened, groups);
    const chosen = await nextInTurn(parts, "open", 0, seqs.length);
    expect(chosen.map(({ job }) => job.record.seq)).toEqual(seqs.slice(0, 256));
    const first = await claimed(parts, seqs.length);
    // The first one may have had no time for a second step.
    const others = await claimed(parts, seqs.length);
    expect([...first, ...others].toSorted()).toEqual(seqs);
  });

  test("two hosts that claim at once run each job once, and no ticket is lost", async () => {
    await using one = await openPartsOf(redis, "hosts");
    await using other = await openPartsOf(redis, "hosts");
    const groups = ["a", "b", "c", "d", "e"];
    const jobs = Array.from({ length: 400 }, (_, at) => {
      const job = at % 3 === 0 ? plainJob : inGroup(groups[at % 5] ?? "");
      return { ...job, priority: at % 2 };
    });
    const seqs = await submitJobs(one, jobs);
    const ran = await Promise.all([one, other, one, other].map(({ parts }) => runAll(parts)));
    expect(ran.flat().toSorted()).toEqual(seqs.toSorted());
    expect(await leftInRedis(one.parts.client, "hosts")).toEqual([]);
  });
});

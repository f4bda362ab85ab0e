import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ending } from "../../../src/jobs/assignment.ts";
import { isFinal, type Job } from "../../../src/jobs/job.ts";
import type { NewJob } from "../../../src/jobs/new-job.ts";
import type { JobQueue } from "../../../src/jobs/queue.ts";
import { becomes } from "../../contracts/becomes.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { TestConnection } from "../../helpers/redis-connection.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";
import { leftInRedis } from "./left-in-redis.ts";

interface Plan {
  readonly group: string | null;
  readonly concurrency: number | null;
  readonly priority: number;
  readonly delayMs: number;
  /** Attempts that fail before the one that succeeds. */
  readonly failures: number;
  readonly isCancelled: boolean;
}

const plan = fc.record<Plan>({
  group: fc.constantFrom(null, null, "a", "b", "c", "d"),
  concurrency: fc.constantFrom(null, null, null, 1, 2),
  priority: fc.constantFrom(0, 0, 1),
  delayMs: fc.constantFrom(0, 0, 0, 20, 100),
  failures: fc.constantFrom(0, 0, 0, 1),
  isCancelled: fc.constantFrom(false, false, false, true),
});

function jobOf({ group, concurrency, priority, delayMs, failures }: Plan): NewJob {
  return {
    ...{ ...plainJob, priority, backoffMs: 10, input: String(failures) },
    group: group === null ? null : { key: group, concurrency },
    runAt: delayMs === 0 ? null : Date.now() + delayMs,
  };
}

/** Runs jobs as long as there are any: the input says how often one fails. */
function runJobs(queue: JobQueue, slots: number, succeeded: string[]): void {
  const consumption = queue.consume({
    run: async ({ id, input, attempt }, _, { onStart }): Promise<Ending> => {
      onStart();
      queueMicrotask(() => consumption.offer(slots));
      if (attempt <= Number(input)) {
        const error = { type: "task-failed", detail: "no luck" } as const;
        return { kind: "failed", error, retry: true };
      }
      succeeded.push(id);
      return { kind: "succeeded", result: "1" };
    },
  });
  consumption.offer(slots);
}

const names = new Set<string>();

async function check(redis: RedisServer, plans: readonly Plan[]): Promise<void> {
  const name = `plans-${names.size}`;
  names.add(name);
  const open = () => QueueOnRedis.open(redis, undefined, null, undefined, name);
  await using one = await open();
  await using other = await open();
  const { queue } = one.worker();
  const succeeded: string[] = [];
  runJobs(queue, 2, succeeded);
  runJobs(other.worker().queue, 3, succeeded);
  const answers = await queue.jobs.submit(plans.map(jobOf));
  const ids = answers.map((each) => (each.kind === "accepted" ? each.job.id : ""));
  const cancelled = ids.filter((_, at) => plans[at]?.isCancelled);
  await Promise.all(cancelled.map((id) => queue.control.cancel(id)));
  const ended = await Promise.all(
    ids.map((id) => becomes(queue, id, (job: Job) => isFinal(job.state))),
  );
  const wasCancelled = (at: number) => ended[at]?.state === "cancelled";
  expect(ids.filter((_, at) => wasCancelled(at) && !plans[at]?.isCancelled)).toEqual([]);
  const toSucceed = ids.filter((_, at) => !wasCancelled(at));
  expect(ended.filter(({ state }) => state === "succeeded")).toHaveLength(toSucceed.length);
  // A run that was cancelled may have been done by then.
  const doneOnce = succeeded.filter((id) => toSucceed.includes(id));
  expect(doneOnce.toSorted()).toEqual(toSucceed.toSorted());
  await using connection = await TestConnection.ready(redis.url);
  await expect.poll(() => leftInRedis(connection.redis, name)).toEqual([]);
}

describe.skipIf(redisMissing)(`jobs of groups on two hosts${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("all end once, and leave nothing behind where jobs wait", async () => {
    const plans = fc.array(plan, { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(plans, (each) => check(redis, each)),
      { numRuns: 10 },
    );
  });
});

/** What becomes of a job where Redis does only a part of what it was asked, and then is itself again. */
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Job } from "../../../src/jobs/job.ts";
import type { JobQueue } from "../../../src/jobs/queue.ts";
import { Hands, plainJob } from "../../contracts/queue-under-test.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

/** A ticket comes back when its lock has ended, after two looks at that. */
const long = { timeout: 30_000 };

const succeeded = { kind: "succeeded", result: "1" } as const;
const failed = { kind: "failed", error: { type: "task-failed", detail: "no luck" } } as const;

describe.skipIf(redisMissing)(`what Redis left undone${whySkipped}`, () => {
  let redis: RedisServer;
  let admin: Redis;
  beforeAll(async () => {
    redis = await RedisServer.start();
    admin = new Redis(redis.port);
  });
  afterAll(async () => {
    admin?.disconnect();
    await redis[Symbol.asyncDispose]();
  });
  beforeEach(() => admin.call("ACL", "LOG", "RESET"));

  const allow = (...rules: string[]) => admin.call("ACL", "SETUSER", "default", ...rules);

  /** Resolves when a key or channel that begins like this was refused. */
  const refused = (start: string) =>
    expect.poll(async () => JSON.stringify(await admin.call("ACL", "LOG"))).toContain(`"${start}`);

  const open = (name: string) => QueueOnRedis.open(redis, undefined, null, undefined, name);

  async function accepted(queue: JobQueue): Promise<Job> {
    const [answer] = await queue.jobs.submit([plainJob]);
    if (answer?.kind !== "accepted") throw new Error(answer?.kind);
    return answer.job;
  }

  const stateOf = async (queue: JobQueue, id: string) => {
    const found = await queue.jobs.find(id);
    return found.kind === "found" ? found.job.state : found.kind;
  };

  test("a ticket was taken, and its job could not be read", long, async () => {
    await using host = await open("half-claimed");
    const { queue } = host.worker();
    const { id } = await accepted(queue);
    // The host has looked what is ready by then.
    await expect.poll(() => admin.zcard("{half-claimed}:unplaced")).toBe(0);
    await allow("resetkeys", "~{half-claimed}:tickets-*");
    const hands = new Hands(queue, 1);
    await refused("{half-claimed}:owners");
    await allow("allkeys");
    await hands.has(1);
    hands.end(0, succeeded);
    await expect.poll(() => stateOf(queue, id)).toBe("succeeded");
  });

  test("the end of an attempt was written, and not answered", long, async () => {
    await using host = await open("half-ended");
    const { queue } = host.worker();
    const { id } = await accepted(queue);
    const hands = new Hands(queue, 1);
    await hands.has(1);
    // The last that a change does is to say so.
    await allow("resetchannels");
    hands.end(0, { ...failed, retry: true });
    await refused("{half-ended}:changed:");
    await allow("allchannels");
    hands.consumption.offer(1);
    await hands.has(2);
    expect(hands.started.map(({ attempt }) => attempt)).toEqual([1, 2]);
    hands.end(1, succeeded);
    await expect.poll(() => stateOf(queue, id)).toBe("succeeded");
  });
});

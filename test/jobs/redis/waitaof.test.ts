/** A Redis that writes to its disk once a second, and can be waited for. */
import { describe, expect, test } from "vitest";
import type { JobQueue } from "../../../src/jobs/queue.ts";
import { adviceOf } from "../../../src/jobs/redis/thread/advice.ts";
import { canWaitForDisk, checkRedis } from "../../../src/jobs/redis/thread/boot-checks.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { TestConnection } from "../../helpers/redis-connection.ts";
import { QueueOnRedis } from "../../helpers/redis-queue.ts";
import { RedisServer, waitAofProgram } from "../../helpers/redis-server.ts";

const isMissing = waitAofProgram === undefined && !process.env["CI"];
const whySkipped = isMissing
  ? " (skipped: no Redis from 7.2 and no Valkey; REDIS_WITH_WAITAOF=$(.ci/valkey /tmp/valkey))"
  : "";

function startLazy(): Promise<RedisServer> {
  if (waitAofProgram === undefined) throw new Error("There is no Redis that knows WAITAOF");
  return RedisServer.start({ program: waitAofProgram, config: ["--appendfsync", "everysec"] });
}

describe.skipIf(isMissing)(`the disk of Redis is waited for${whySkipped}`, () => {
  test("so that there is nothing to say at the start", async () => {
    await using server = await startLazy();
    await using opened = await TestConnection.ready(server.url);
    const facts = await checkRedis(opened.redis, Date.now());
    expect(facts).toMatchObject({
      ...{ hasWaitAof: true, isAppending: true, fsync: "everysec", role: "master" },
      product: expect.stringMatching(/^(Redis|Valkey) \d+\.\d+\.\d+$/),
    });
    expect([canWaitForDisk(facts), adviceOf(facts)]).toEqual([true, []]);
  });

  test("before a job is answered 202, and many wait together", async () => {
    await using server = await startLazy();
    await using queue = await QueueOnRedis.open(server);
    await using admin = await TestConnection.ready(server.url);
    const { jobs } = queue.worker().queue;
    const calls = async () => {
      const stats = await admin.redis.info("commandstats");
      return Number(/^cmdstat_waitaof:calls=(\d+),.*failed_calls=0/m.exec(stats)?.[1] ?? 0);
    };
    expect(await calls()).toBe(0);
    expect(await jobs.submit([plainJob])).toMatchObject([{ kind: "accepted" }]);
    expect(await calls()).toBe(1);
    await Promise.all(Array.from({ length: 50 }, () => jobs.submit([plainJob])));
    expect(await calls()).toBeGreaterThan(1);
    expect(await calls()).toBeLessThan(51);
  });

  const key = { name: "k", fingerprints: ["a"] as const };
  const submissions: readonly [what: string, submit: (queue: JobQueue) => Promise<unknown>][] = [
    ["job", async ({ jobs }) => (await jobs.submit([{ ...plainJob, key }]))[0]],
    ["batch", ({ batches }) => batches.submit({ jobs: [plainJob], key, onEnd: null })],
  ];
  test.each(submissions)("also where another host has just written the %s", async (_, submit) => {
    await using server = await startLazy();
    await using admin = await TestConnection.ready(server.url);
    const open = () => QueueOnRedis.open(server, undefined, null, undefined, "shared");
    await using one = await open();
    await using other = await open();
    await admin.redis.config("SET", "appendfsync", "no");
    const first = submit(one.worker().queue);
    const waiting = async () =>
      /blocked_clients:(\d+)/.exec(await admin.redis.info("clients"))?.[1];
    await expect.poll(waiting).toBe("1");
    const again = submit(other.worker().queue);
    await expect.poll(waiting).toBe("2");
    await admin.redis.config("SET", "appendfsync", "everysec");
    expect(await first).toMatchObject({ kind: "accepted", replayed: false });
    expect(await again).toMatchObject({ kind: "accepted", replayed: true });
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Channel } from "../../../src/channel/channel.ts";
import type { HostSide, StoreSide } from "../../../src/jobs/messages/commands.ts";
import { RedisStore } from "../../../src/jobs/redis/thread/store.ts";
import { plainJob } from "../../contracts/queue-under-test.ts";
import { openPartsOf } from "../../helpers/redis-parts.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

describe.skipIf(redisMissing)(`what is ready in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  test("stays so where a claim finds nothing in quarantine", async () => {
    await using opened = await openPartsOf(redis, "quarantine");
    const told: unknown[] = [];
    const host = { note: (_: string, counts: unknown) => told.push(counts) };
    const store = new RedisStore({
      ...opened,
      host: host as unknown as Channel<StoreSide, HostSide>,
      ...{ onOther: () => {}, onChores: () => {} },
    });
    await opened.submissions.submit([plainJob, plainJob]);
    await opened.parts.placing.done();
    const paused = { task: "other", isPaused: false };
    await store.carryOut({ call: 1, name: "set-paused", args: paused });
    await expect.poll(() => told).toEqual([{ ready: 2, quarantined: 0 }]);
    expect(await store.carryOut({ call: 2, name: "claim-quarantined", args: {} })).toBe(null);
    expect(told.at(-1)).toEqual({ ready: 2, quarantined: 0 });
  });
});

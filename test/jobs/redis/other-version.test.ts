import { afterEach, describe, expect, test } from "vitest";
import { parseRedisUrl } from "../../../src/config/redis-location.ts";
import { StoreKeeper } from "../../../src/jobs/redis/thread/keeper.ts";
import { TestConnection } from "../../helpers/redis-connection.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

describe.skipIf(redisMissing)(`a queue in Redis of another version${whySkipped}`, () => {
  let keeper: StoreKeeper | undefined;
  afterEach(() => keeper?.close());

  test("is refused with the remedy, each thing once, until it is there no more", async () => {
    await using redis = await RedisServer.start({ config: ["--appendonly", "no"] });
    await using admin = await TestConnection.ready(redis.url);
    await admin.redis.hset("{old}:meta", "version", "1");
    const location = parseRedisUrl(`${redis.url}?name=old`);
    if (!location.ok) throw new Error(location.reason);
    const notes: { readonly name: string; readonly args: unknown }[] = [];
    const note = (name: string, args: unknown) => notes.push({ name, args });
    const host = { note, reply: () => {}, flush: () => {} } as unknown as ConstructorParameters<
      typeof StoreKeeper
    >[1];
    const data = { location: location.value, retentionMs: 1000, maxQueued: 10 };
    keeper = new StoreKeeper(data, host);
    await keeper.open();
    const tries = async () => {
      const stats = await admin.redis.info("commandstats");
      return Number(/^cmdstat_hsetnx:calls=(\d+)/m.exec(stats)?.[1]);
    };
    await expect.poll(tries).toBeGreaterThan(5);
    const said = (name: string) => notes.filter((each) => each.name === name);
    expect(said("trouble")).toEqual([
      { name: "trouble", args: { message: expect.stringMatching(/{old}.*format is 1.*\?name=/) } },
    ]);
    expect(said("advice")).toEqual([
      { name: "advice", args: { level: "error", message: expect.stringContaining("appendonly") } },
    ]);
    await admin.redis.del("{old}:meta");
    await expect.poll(() => said("trouble").at(-1)?.args).toEqual({ message: null });
  });
});

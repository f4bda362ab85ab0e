import { describe, expect, test } from "vitest";
import { adviceOf } from "../../../../src/jobs/redis/thread/advice.ts";
import {
  canWaitForDisk,
  checkRedis,
  type RedisFacts,
} from "../../../../src/jobs/redis/thread/boot-checks.ts";
import { TestConnection } from "../../../helpers/redis-connection.ts";
import { RedisServer, redisMissing, whySkipped } from "../../../helpers/redis-server.ts";

/** Of a Redis where there is nothing to say. */
const good: RedisFacts = {
  product: "Redis 7.4.2",
  version: "7.4.2",
  hasWaitAof: true,
  isAppending: true,
  fsync: "everysec",
  evictionPolicy: "noeviction",
  role: "master",
  clockAheadMs: 12,
};

function said(facts: Partial<RedisFacts>): string[] {
  return adviceOf({ ...good, ...facts }).map(({ level, message }) => `${level}: ${message}`);
}

describe("what is said of a Redis", () => {
  test("nothing, where a job is on disk before it is answered", () => {
    expect(said({})).toEqual([]);
    expect(said({ fsync: "always", hasWaitAof: false })).toEqual([]);
    expect(said({ fsync: "always", hasWaitAof: null })).toEqual([]);
    expect(said({ fsync: null })).toEqual([]);
  });

  test.each<[string, Partial<RedisFacts>, RegExp]>([
    [
      "no append-only file",
      { isAppending: false, fsync: "always" },
      /^error: .*Set appendonly yes/,
    ],
    [
      "a disk that nobody waits for",
      { fsync: "no" },
      /^error: .*Set appendfsync everysec or always/,
    ],
    ["every second", { hasWaitAof: false }, /^warn: .*last second.*older than Redis 7.2/],
    ["every second, COMMAND forbidden", { hasWaitAof: null }, /^warn: .*COMMAND INFO is forbidden/],
    ["no CONFIG", { hasWaitAof: false, fsync: null }, /^warn: It cannot be seen whether .* CONFIG/],
    ["no INFO", { isAppending: null }, /^warn: It cannot be seen whether .* INFO/],
    ["eviction", { evictionPolicy: "allkeys-lru" }, /^error: .*allkeys-lru.*noeviction/],
    ["eviction, unknown", { evictionPolicy: null }, /^warn: .*noeviction/],
    ["a replica", { role: "slave" }, /^error: .*replica.*redis\+sentinel/],
    ["an old one", { version: "6.0.16", product: "Redis 6.0.16" }, /^error: .*Redis 6.2 or newer/],
    ["a clock behind", { clockAheadMs: 1500 }, /^warn: .* is 1.5 s behind that of Redis 7.4.2/],
    [
      "a clock ahead",
      { clockAheadMs: -90_000 },
      /^warn: .* is 90.0 s ahead of that of Redis 7.4.2/,
    ],
  ])("with %s", (_, facts, words) => {
    expect(said(facts)).toEqual([expect.stringMatching(words)]);
  });

  test("each thing by itself", () => {
    expect(
      said({ isAppending: false, evictionPolicy: "volatile-ttl", role: "slave" }),
    ).toHaveLength(3);
    for (const version of ["6.2.0", "7.0.15", "10.1.0", null])
      expect(said({ version })).toEqual([]);
  });

  test("WAITAOF is of use where there is an append-only file that is flushed", () => {
    expect(canWaitForDisk(good)).toBe(true);
    expect(canWaitForDisk({ ...good, fsync: null })).toBe(true);
    const useless: Partial<RedisFacts>[] = [
      ...[{ isAppending: false }, { isAppending: null }, { fsync: "no" }],
      ...[{ hasWaitAof: false }, { hasWaitAof: null }],
    ];
    for (const facts of useless) expect(canWaitForDisk({ ...good, ...facts })).toBe(false);
  });
});

describe.skipIf(redisMissing)(`what is found of a real one${whySkipped}`, () => {
  async function factsOf(url: string, aheadMs = 0): Promise<RedisFacts> {
    await using opened = await TestConnection.ready(url);
    return await checkRedis(opened.redis, Date.now() + aheadMs);
  }

  test("its settings, its role and its version", async () => {
    const lax = ["--appendonly", "no", "--appendfsync", "everysec"];
    await using server = await RedisServer.start({
      config: [...lax, "--maxmemory-policy", "allkeys-lru"],
    });
    const facts = await factsOf(server.url, 5000);
    expect(facts).toMatchObject({
      ...{ isAppending: false, fsync: "everysec", evictionPolicy: "allkeys-lru", role: "master" },
      product: expect.stringMatching(/^(Redis|Valkey) \d+\.\d+\.\d+$/),
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      hasWaitAof: Number.parseFloat(facts.version ?? "") >= 7.2,
    });
    expect(facts.clockAheadMs).toBeGreaterThan(4000);
    expect(facts.clockAheadMs).toBeLessThan(5001);
    await using replica = await RedisServer.start({
      config: ["--replicaof", `127.0.0.1 ${server.port}`],
    });
    expect(await factsOf(replica.url)).toMatchObject({ role: "slave", isAppending: true });
  });

  test("what may be asked, where CONFIG, COMMAND or INFO is forbidden", async () => {
    await using server = await RedisServer.start();
    await using admin = await TestConnection.ready(server.url);
    const user = (name: string, ...rights: string[]) =>
      admin.redis.call("ACL", "SETUSER", name, "on", `>${name}`, "~*", "+@all", ...rights);
    await user("managed", "-config", "-command");
    await user("poor", "-config", "-command", "-info");
    const factsFor = (name: string) => factsOf(`redis://${name}:${name}@127.0.0.1:${server.port}`);
    expect(await factsFor("managed")).toMatchObject({
      ...{ isAppending: true, evictionPolicy: "noeviction", role: "master" },
      ...{ fsync: null, hasWaitAof: null },
    });
    const unknown = { isAppending: null, evictionPolicy: null, role: null, version: null };
    expect(await factsFor("poor")).toMatchObject({
      ...{ ...unknown, fsync: null, hasWaitAof: null },
      product: "Redis of unknown version",
    });
  });
});

import { once } from "node:events";
import type { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { retryDelayMs, untilReady } from "../../../src/jobs/redis/connections.ts";
import { TestConnection } from "../../helpers/redis-connection.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

test("the time until the next try grows to 2 s, and no two hosts have the same", () => {
  const [least, most] = [() => 0, () => 1].map((random) =>
    [1, 2, 3, 6, 7, 1000].map((tries) => retryDelayMs(tries, random)),
  );
  expect(least).toEqual([50, 100, 200, 1000, 1000, 1000]);
  expect(most).toEqual([100, 200, 400, 2000, 2000, 2000]);
});

describe.skipIf(redisMissing)(`connections to a Redis${whySkipped}`, () => {
  test("have the user, the password, the database and the name of the address", async () => {
    const acl = ["--user", ..."me on >secret ~* &* +@all".split(" ")];
    await using server = await RedisServer.start({ config: acl });
    const url = `redis://me:secret@127.0.0.1:${server.port}/3?name=q`;
    await using opened = await TestConnection.ready(url);
    expect(await opened.redis.client("INFO")).toMatch(/name=manycore:q:commands .*db=3 .*user=me /);
    expect(await untilReady(opened.redis, 1)).toBeNull();
  });

  test("fail their commands at once while Redis is away, and go on when it is back", async () => {
    await using server = await RedisServer.start();
    await using opened = await TestConnection.ready(server.url);
    const { redis } = opened;
    await redis.set("key", "1");
    const closed = opened.happens("close");
    await server.kill();
    await closed;
    await expect(redis.get("key")).rejects.toThrow(/isn't writeable|closed/);
    await server.restart();
    await opened.isReady();
    expect(await redis.get("key")).toBe("1");
  });

  test("are given up when Redis does not answer, and send no command twice", async () => {
    await using server = await RedisServer.start();
    await using opened = await TestConnection.ready(server.url);
    await using subscriber = await TestConnection.ready(server.url, "subscriber");
    const closed = Promise.all([opened.happens("close"), subscriber.happens("close")]);
    server.freeze();
    await expect(opened.redis.incr("count")).rejects.toThrow(/timed out|timeout|closed|retries/i);
    await closed;
    server.thaw();
    await opened.isReady();
    await subscriber.isReady();
    expect(Number(await opened.redis.get("count"))).toBeLessThanOrEqual(1);
  });

  test("that subscribe do so again after each reconnect", async () => {
    await using server = await RedisServer.start();
    await using subscriber = await TestConnection.ready(server.url, "subscriber");
    await subscriber.redis.subscribe("news");
    await server.restart();
    await subscriber.isReady();
    await using opened = await TestConnection.ready(server.url);
    const heard = once(subscriber.redis, "message");
    await expect.poll(() => opened.redis.publish("news", "a")).toBe(1);
    expect(await heard).toEqual(["news", "a"]);
  });

  test("say why they are not ready", async () => {
    await using server = await RedisServer.start();
    await server.stop();
    await using opened = TestConnection.open(server.url);
    expect(await untilReady(opened.redis, 50)).toMatchObject({
      message: expect.stringMatching(/ECONNREFUSED|ETIMEDOUT/),
    });
    await server.restart();
    expect(await untilReady(opened.redis, 60_000)).toBeNull();
  });
});

describe.skipIf(redisMissing)(`Sentinels and a cluster${whySkipped}`, () => {
  test("Sentinels lead to the master, and to the replica that takes its place", async () => {
    const auth = ["--requirepass", "secret", "--masterauth", "secret"];
    await using master = await RedisServer.start({ config: auth });
    auth.push("--repl-diskless-sync-delay", "0");
    const replicaOf = ["--replicaof", `127.0.0.1 ${master.port}`];
    await using replica = await RedisServer.start({ config: [...auth, ...replicaOf] });
    await using sentinel = await RedisServer.start({
      config: ["--requirepass", "secret"],
      sentinel: [
        `sentinel monitor main 127.0.0.1 ${master.port} 1`,
        "sentinel auth-pass main secret",
        "sentinel down-after-milliseconds main 500",
        "sentinel failover-timeout main 2000",
      ],
    });
    const url = `redis+sentinel://:secret@127.0.0.1:${sentinel.port}/main/2?sentinelAuth=on`;
    await using opened = await TestConnection.ready(url);
    const { redis } = opened;
    await redis.set("key", "1");
    const portOf = async () => /tcp_port:(\d+)/.exec(await (redis as Redis).info("server"))?.[1];
    expect(await portOf()).toBe(String(master.port));
    await expect.poll(() => redis.wait(1, 100)).toBe(1);
    await using watching = await TestConnection.ready(
      `redis://:secret@127.0.0.1:${sentinel.port}`,
      "subscriber",
    );
    const knows = () => watching.redis.call("SENTINEL", "REPLICAS", "main");
    await expect.poll(async () => JSON.stringify(await knows())).toContain(String(replica.port));
    // It refuses until it knows enough of the replica. By itself it would try again much later.
    const failover = () => watching.redis.call("SENTINEL", "FAILOVER", "main").catch(String);
    await expect.poll(failover).toBe("OK");
    const found = () => watching.redis.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main");
    await expect.poll(found).toEqual(["127.0.0.1", String(replica.port)]);
    await master.kill();
    await expect.poll(() => portOf().catch(() => "none")).toBe(String(replica.port));
    // The connection may be replaced once more, when the failover is over.
    await expect.poll(() => redis.get("key").catch(() => null)).toBe("1");
    await expect.poll(() => redis.set("key", "2").catch(() => null)).toBe("OK");
  });

  test("a cluster is found by one of its nodes", async () => {
    const config = ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"];
    await using server = await RedisServer.start({ config });
    await using plain = await TestConnection.ready(server.url);
    await plain.redis.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    await using opened = TestConnection.open(`redis+cluster://127.0.0.1:${server.port}`);
    await opened.isReady();
    await opened.redis.set("{manycore}key", "1");
    expect(await opened.redis.get("{manycore}key")).toBe("1");
    await server.kill();
    await expect(opened.redis.get("{manycore}key")).rejects.toThrow();
    await server.restart();
    await opened.isReady();
    await expect.poll(() => opened.redis.get("{manycore}key").catch(() => null)).toBe("1");
  });
});

/** The Redis of the other tests keeps what they rely on. */
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

/** Its answers to some commands, as it sends them. */
function say({ port }: RedisServer, ...commands: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end([...commands, "QUIT", ""].join("\r\n"));
  return text(socket);
}

describe.skipIf(redisMissing)(`a Redis of a test's own${whySkipped}`, () => {
  test("writes to its disk, and keeps its data and its port over kills and restarts", async () => {
    await using redis = await RedisServer.start();
    expect(await say(redis, "SET key 1", "CONFIG GET appendfsync")).toMatch(/\+OK[\s\S]*always/);
    await redis.kill();
    expect(redis.pid).toBeNull();
    await expect(say(redis, "PING")).rejects.toThrow("ECONNREFUSED");
    await redis.restart();
    expect(await say(redis, "GET key")).toContain("$1\r\n1");
    await redis.restart({ isEmpty: true });
    expect(await say(redis, "GET key")).toContain("$-1");
  });

  test("takes more settings, and says why it does not start", async () => {
    await using redis = await RedisServer.start({ config: ["--requirepass", "secret"] });
    expect(await say(redis, "PING")).toContain("NOAUTH");
    await expect(RedisServer.start({ config: ["--no-such", "1"] })).rejects.toThrow(
      /did not start[\s\S]*no-such/,
    );
    await expect(RedisServer.start({ port: redis.port })).rejects.toThrow("Address already in use");
    await expect(RedisServer.start({ program: "/no/redis" })).rejects.toThrow("ENOENT");
  });
});

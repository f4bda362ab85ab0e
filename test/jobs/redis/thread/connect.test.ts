/** What the log says of the Redis, from the thread to the line. */
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { QueueHost } from "../../../../src/jobs/primary/host.ts";
import { storeOnRedis } from "../../../../src/jobs/redis/store-module.ts";
import { locationOf, TestConnection } from "../../../helpers/redis-connection.ts";
import { RedisServer, redisMissing, whySkipped } from "../../../helpers/redis-server.ts";

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly path: string;
}

/** The host of a queue, with its log. */
class LoggedHost implements AsyncDisposable {
  readonly lines: Line[] = [];
  #host: QueueHost | undefined;
  #heard = () => {};

  async open(url: string): Promise<this> {
    const write = (text: string) => {
      this.lines.push(JSON.parse(text) as Line);
      this.#heard();
    };
    this.#host = await QueueHost.open({
      store: storeOnRedis(locationOf(url), { retentionMs: 3_600_000, maxQueued: 1000 }),
      workers: 1,
      webhooks: null,
      log: pino({ level: "info", base: null }, { write }),
    });
    return this;
  }

  async pause(task: string): Promise<void> {
    await this.#host?.setPaused(true, task);
  }

  /** Resolves when a line matches. */
  async says(pattern: RegExp): Promise<void> {
    while (!this.lines.some(({ msg }) => pattern.test(msg))) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host?.close();
  }
}

describe.skipIf(redisMissing)(`the log on the queue's Redis${whySkipped}`, () => {
  test("has at the start what the operator should change", async () => {
    const config = ["--appendonly", "no", "--maxmemory-policy", "allkeys-lru"];
    await using server = await RedisServer.start({ config });
    await using host = await new LoggedHost().open(server.url);
    expect(host.lines).toEqual(
      [
        { level: 50, path: server.url, msg: expect.stringMatching(/no append-only file/) },
        { level: 50, path: server.url, msg: expect.stringMatching(/removes jobs when its memory/) },
      ].map((line) => expect.objectContaining(line)),
    );
  });

  test("says once that it is away, why, and that it is back", async () => {
    await using server = await RedisServer.start();
    await using host = await new LoggedHost().open(server.url);
    expect(host.lines).toEqual([]);
    await server.kill();
    await host.says(/^the queue in Redis cannot be written: nothing listens there/);
    await server.restart();
    await host.says(/^the queue in Redis can be written again$/);
    await server.kill();
    await server.restart();
    expect(host.lines.filter(({ msg }) => /^the queue in Redis can/.test(msg)).length).toBeLessThan(
      5,
    );
  });

  test("says once that it takes no writes, and that it takes them again", async () => {
    await using server = await RedisServer.start();
    await using admin = await TestConnection.ready(server.url);
    await using host = await new LoggedHost().open(server.url);
    await admin.redis.config("SET", "maxmemory", "1");
    for (let times = 0; times < 2; times++) {
      await expect(host.pause("primes")).rejects.toMatchObject({ type: "queue-unavailable" });
    }
    await host.says(/^the queue in Redis cannot be written: Redis has no memory left/);
    await admin.redis.config("SET", "maxmemory", "0");
    await host.pause("primes");
    await host.says(/^the queue in Redis can be written again$/);
    expect(host.lines.filter(({ msg }) => /^the queue in Redis can/.test(msg))).toHaveLength(2);
  });

  test("has what a library prints, and why a start fails for want of rights", async () => {
    await using server = await RedisServer.start();
    await using admin = await TestConnection.ready(server.url);
    await admin.redis.call("ACL", "SETUSER", "poor", "on", ">poor", "~*", "+@all", "-info");
    const poor = `redis://poor:poor@127.0.0.1:${server.port}`;
    await using host = await new LoggedHost().open(poor);
    await host.says(/^the queue in Redis cannot be written: the user of --queue may not do this/);
    const printed = host.lines.filter(({ msg }) => /^Skipping the ready check/.test(msg));
    expect(printed.length).toBeGreaterThan(0);
  });

  test("says why it cannot use its Redis at the start, without the password", async () => {
    await using server = await RedisServer.start({ config: ["--requirepass", "secret"] });
    const start = (login: string) =>
      new LoggedHost().open(`redis://${login}127.0.0.1:${server.port}?name=q`);
    await using wrong = await start(":wrong@");
    await wrong.says(/cannot be written: Redis refuses the user or the password/);
    expect(JSON.stringify(wrong.lines)).not.toContain("wrong@");
    await using without = await start("");
    await without.says(/cannot be written: Redis wants a password/);
  });
});

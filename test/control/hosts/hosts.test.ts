/** Hosts that know each other by a real Redis. */
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { parseRedisUrl } from "../../../src/config/redis-location.ts";
import { Hosts } from "../../../src/control/thread/hosts/hosts.ts";
import { RedisExchange } from "../../../src/control/thread/hosts/redis-exchange.ts";
import { fullFigures } from "../../helpers/figures.ts";
import { identity, seenFigures } from "../../helpers/hosts.ts";
import { TestConnection } from "../../helpers/redis-connection.ts";
import { RedisServer, redisMissing, whySkipped } from "../../helpers/redis-server.ts";

/** One of the hosts of a queue. */
class Host implements AsyncDisposable {
  readonly hosts: Hosts;
  readonly exchange: RedisExchange;

  constructor(url: string, name: string) {
    const location = parseRedisUrl(url);
    if (!location.ok) throw new Error(location.reason);
    this.exchange = new RedisExchange(location.value, name);
    const own = { ...identity, name, id: name };
    this.hosts = new Hosts({ identity: own, exchange: this.exchange, clock: systemClock });
  }

  tell(): void {
    this.hosts.take(fullFigures(), seenFigures());
  }

  /** The names of those that it knows, once it knows any other. */
  async names(): Promise<string> {
    this.tell();
    const { others, hosts } = await this.hosts.list();
    return `${others}: ${hosts.map(({ name }) => name).join()}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hosts.leave();
  }
}

test("a host whose queue is its own lists itself", async () => {
  const hosts = new Hosts({ identity, exchange: null, clock: systemClock });
  hosts.take(fullFigures(), seenFigures());
  expect(await hosts.list()).toMatchObject({
    others: "none",
    hosts: [{ id: "1a2b", isThis: true, figures: { runsPerSecond: 4 } }],
  });
  await hosts.leave();
});

describe.skipIf(redisMissing)(`hosts at one Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());

  test("know each other, this one first and the others by name, each with its age", async () => {
    const url = `${redis.url}?name=three`;
    await using birch = new Host(url, "birch");
    await using alder = new Host(url, "alder");
    await using cedar = new Host(url, "cedar");
    const all = [alder, birch, cedar];
    await expect
      .poll(() => Promise.all(all.map((host) => host.names())))
      .toEqual([
        "known: alder,birch,cedar",
        "known: birch,alder,cedar",
        "known: cedar,alder,birch",
      ]);
    const { hosts } = await alder.hosts.list();
    expect(hosts.map(({ isThis }) => isThis)).toEqual([true, false, false]);
    for (const { ageMs } of hosts) expect(ageMs).toBeGreaterThanOrEqual(0);
    expect(Math.max(...hosts.map(({ ageMs }) => ageMs))).toBeLessThan(5000);
  });

  test("do not see hosts of another queue", async () => {
    await using alder = new Host(`${redis.url}?name=a`, "alder");
    await using birch = new Host(`${redis.url}?name=b`, "birch");
    await expect.poll(() => birch.names()).toBe("known: birch");
    await expect.poll(() => alder.names()).toBe("known: alder");
  });

  test("see at once that one has left, and within 5 s that one says nothing any more", async () => {
    const url = `${redis.url}?name=gone`;
    await using alder = new Host(url, "alder");
    await using killed = new Host(url, "killed");
    const leaving = new Host(url, "leaving");
    for (const host of [killed, leaving]) await expect.poll(() => host.names()).toMatch(/^known/);
    await expect.poll(() => alder.names()).toBe("known: alder,killed,leaving");
    await leaving.hosts.leave();
    leaving.tell(); // It was on its way.
    await turn();
    expect(await alder.names()).toMatch(/^known: alder(,killed)?$/);
    await expect.poll(() => alder.names(), { timeout: 30_000 }).toBe("known: alder");
  });

  test("leave nothing in Redis when the last one has gone", async () => {
    await using opened = await TestConnection.ready(redis.url);
    const killed = new Host(`${redis.url}?name=last`, "killed");
    await expect.poll(() => killed.names()).toBe("known: killed");
    expect(await opened.redis.keys("{last}*")).toHaveLength(2);
    await expect.poll(() => opened.redis.keys("{last}*"), { timeout: 30_000 }).toEqual([]);
    await killed.hosts.leave();
  });

  test("leave out what another host has told in words of its own", async () => {
    await using opened = await TestConnection.ready(redis.url);
    await using alder = new Host(`${redis.url}?name=odd`, "alder");
    await expect.poll(() => alder.names()).toBe("known: alder");
    await opened.redis.hset(
      "{odd}:hosts:records",
      "new",
      JSON.stringify({ id: "new", version: "99" }),
    );
    const now = Number((await opened.redis.time())[0]) * 1000;
    await opened.redis.zadd("{odd}:hosts:at", now, "new");
    expect(await alder.names()).toBe("known: alder");
  });

  test("know each other in a Redis Cluster, and hear what one tells while it is wanted", async () => {
    const config = ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"];
    await using server = await RedisServer.start({ config });
    await using plain = await TestConnection.ready(server.url);
    await plain.redis.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    const url = `redis+cluster://127.0.0.1:${server.port}`;
    await using alder = new Host(url, "alder");
    await using birch = new Host(url, "birch");
    await expect.poll(() => alder.names(), { timeout: 30_000 }).toMatch(/^known/);
    await expect.poll(() => birch.names(), { timeout: 30_000 }).toBe("known: birch,alder");
    const heard: string[] = [];
    const unfollow = await birch.exchange.follow("alder", (text) => heard.push(text));
    await alder.exchange.tell("news");
    await expect.poll(() => heard).toEqual(["news"]);
    expect(await alder.exchange.publish("{}")).toBeNull();
    await birch.exchange.want("alder", "wish");
    await birch.exchange.keepWanting("alder", "another");
    expect(await alder.exchange.publish("{}")).toBe("wish");
    unfollow();
    await birch.hosts.leave();
    expect(await alder.names()).toBe("known: alder");
  });

  test("know that they do not know the others while Redis is away", async () => {
    await using server = await RedisServer.start();
    await using alder = new Host(server.url, "alder");
    await expect.poll(() => alder.names()).toBe("known: alder");
    server.freeze();
    const began = performance.now();
    expect(await alder.names()).toBe("unknown: alder");
    expect(performance.now() - began).toBeLessThan(4000); // It has waited for one second.
    server.thaw();
    await server.kill();
    await expect.poll(() => alder.names()).toBe("unknown: alder");
    await server.restart();
    await expect.poll(() => alder.names(), { timeout: 30_000 }).toBe("known: alder");
  });
});

/** Servers that share a queue: what control of each shows of the others. */
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SeenHosts } from "../../src/telemetry/watch/hosts.ts";
import { RedisServer, redisMissing, whySkipped } from "../helpers/redis-server.ts";
import { ServerProcess, serverCommand } from "../helpers/server-process.ts";

const hostsOf = async ({ controlUrl }: ServerProcess): Promise<SeenHosts> =>
  (await fetch(`${controlUrl}/hosts`)).json() as Promise<SeenHosts>;

const long = { timeout: 60_000 };

describe.skipIf(redisMissing)(`two servers with one queue in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start({ config: ["--requirepass", "pass-of-redis"] });
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());

  const start = (name: string) =>
    ServerProcess.start([
      ...["--queue", `redis://:pass-of-redis@127.0.0.1:${redis.port}?name=${name}`],
      ...["--control", "127.0.0.1:0", "--workers", "1"],
    ]);
  const pidsAt = async (server: ServerProcess) => {
    const { others, hosts } = await hostsOf(server);
    return [others, ...hosts.map(({ pid }) => pid)];
  };

  test("each shows both, itself first; one that is killed is gone, and one that stops, too", async () => {
    await using first = await start("both");
    await using second = await start("both");
    const [pid, otherPid] = [first.child.pid, second.child.pid];
    await expect.poll(() => pidsAt(first), long).toEqual(["known", pid, otherPid]);
    await expect.poll(() => pidsAt(second), long).toEqual(["known", otherPid, pid]);
    const { hosts } = await hostsOf(first);
    expect(hosts[1]).toMatchObject({
      ...{ isThis: false, url: second.url, control: second.controlUrl, hasJobs: true },
      workers: [{ worker: 1, pid: (await second.workers())[0], stage: "ready", slots: 1 }],
      figures: { jobs: { queued: 0, running: 0 } },
    });
    expect(JSON.stringify(hosts)).not.toContain("pass-of-redis");
    const [program, ...before] = serverCommand;
    const typed = [...before, "ctl", "hosts", "--control", first.controlUrl];
    const { stdout } = spawnSync(program, typed, { encoding: "utf8" });
    expect(stdout).toMatch(/^host .*\n.*\(this\).*\n.*\n$/);
    second.child.kill("SIGKILL");
    await second.exited;
    await expect.poll(() => pidsAt(first), long).toEqual(["known", pid]);
    await using third = await start("both");
    await expect.poll(() => pidsAt(first), long).toEqual(["known", pid, third.child.pid]);
    third.child.kill("SIGTERM");
    await third.exited;
    expect(await pidsAt(first)).toEqual(["known", pid]); // It has said so: nothing had to expire.
  });

  test("while Redis is away, control shows this host and says that others are not known", async () => {
    await using server = await start("away");
    await expect.poll(() => pidsAt(server), long).toEqual(["known", server.child.pid]);
    await redis.stop();
    await expect.poll(() => pidsAt(server), long).toEqual(["unknown", server.child.pid]);
    await redis.restart();
    await expect.poll(() => pidsAt(server), long).toEqual(["known", server.child.pid]);
  });
});

test("a server whose queue is its own shows itself", async () => {
  await using server = await ServerProcess.start(["--control", "127.0.0.1:0", "--workers", "1"]);
  expect(await hostsOf(server)).toMatchObject({
    others: "none",
    hosts: [{ pid: server.child.pid, isThis: true, url: server.url, hasJobs: false }],
  });
});

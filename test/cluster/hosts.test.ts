/** Servers that share a queue: what control of each shows of the others. */
import { spawnSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SeenHosts } from "../../src/telemetry/watch/hosts.ts";
import { TestConnection } from "../helpers/redis-connection.ts";
import { RedisServer, redisMissing, whySkipped } from "../helpers/redis-server.ts";
import { ServerProcess, serverCommand } from "../helpers/server-process.ts";
import { Watching } from "../helpers/watching.ts";

const hostsOf = async ({ controlUrl }: ServerProcess): Promise<SeenHosts> =>
  (await fetch(`${controlUrl}/hosts`)).json() as Promise<SeenHosts>;

/** So many more figures have come: a second each. */
function untilMore(watching: Watching, count: number): () => boolean {
  const before = watching.figures.length;
  return () => watching.figures.length >= before + count;
}

const long = { timeout: 60_000 };

describe.skipIf(redisMissing)(`two servers with one queue in Redis${whySkipped}`, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start({ config: ["--requirepass", "pass-of-redis"] });
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());

  const start = (name: string) =>
    ServerProcess.start([
      ...["--queue", urlOf(name)],
      ...["--control", "127.0.0.1:0", "--workers", "1"],
    ]);
  const urlOf = (name: string) => `redis://:pass-of-redis@127.0.0.1:${redis.port}?name=${name}`;
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

  test("one shows what happens on the other, which tells it only while somebody watches", async () => {
    await using first = await start("lanes");
    await using second = await start("lanes");
    await expect
      .poll(() => pidsAt(first), long)
      .toEqual(["known", first.child.pid, second.child.pid]);
    const [own, other] = (await hostsOf(first)).hosts.map(({ id }) => id);
    const path = `/hosts/${other}/events`;
    await using hearing = await TestConnection.ready(urlOf("lanes"), "subscriber");
    let told = 0;
    hearing.redis.on("pmessage", () => told++);
    await hearing.redis.psubscribe("{lanes}:hosts:lanes:*");
    const run = () => second.post("/tasks/primes", { limit: 10 });
    await using local = await Watching.open(second.controlUrl);
    await local.whenTold(run);
    await local.when(() => local.figures.length > 2);
    expect(told).toBe(0); // Its own watchers are no reason to tell others.

    const watching = await Watching.open(first.controlUrl, undefined, path);
    const { pid } = second.child;
    expect(watching.start.server).toMatchObject({ pid, url: second.url, hasJobs: true });
    expect(watching.start.history.map(({ event }) => event)).toContain("figures");
    await watching.whenTold(run);
    // Either of them may run a job.
    const jobs = new Set<string>();
    while (!watching.runs.some(({ job }) => job !== null && jobs.has(job))) {
      const submitted = await first.post("/jobs", { task: "primes", input: { limit: 1000 } });
      jobs.add(((await submitted.json()) as { id: string }).id);
      await Promise.race([watching.when(() => watching.runs.some(({ job }) => job)), pause(500)]);
    }
    const workers = await second.workers();
    expect(new Set(watching.told.map((each) => each.pid))).toEqual(new Set(workers));
    await watching.when(() => watching.figures.length > 1);
    await using late = await Watching.open(first.controlUrl, undefined, path);
    expect(late.start.history.map(({ event }) => event)).toContain("runs");
    expect(late.start.at).toBeGreaterThanOrEqual(watching.start.at);
    await using itself = await Watching.open(first.controlUrl, undefined, `/hosts/${own}/events`);
    expect(itself.start.server.pid).toBe(first.child.pid);
    expect((await fetch(`${first.controlUrl}/hosts/nobody/events`)).status).toBe(404);

    await watching[Symbol.asyncDispose]();
    await late[Symbol.asyncDispose]();
    await using asking = await TestConnection.ready(urlOf("lanes"));
    await expect.poll(() => asking.redis.exists(`{lanes}:hosts:wish:${other}`), long).toBe(0);
    await local.when(untilMore(local, 2)); // With a record of each second it hears that nobody does.
    told = 0;
    await run();
    await local.when(untilMore(local, 3));
    expect(told).toBe(0);

    await using again = await Watching.open(first.controlUrl, undefined, path);
    const killedAt = performance.now();
    second.child.kill("SIGKILL");
    await again.when(() => again.events.some(({ event }) => event === "gone"));
    expect(performance.now() - killedAt).toBeLessThan(20_000); // 5 s, on a machine that is free.
    await expect
      .poll(() => fetch(`${first.controlUrl}${path}`).then(({ status }) => status), long)
      .toBe(404);
  });

  test("while Redis is away, control shows this host and says that others are not known", async () => {
    await using server = await start("away");
    await expect.poll(() => pidsAt(server), long).toEqual(["known", server.child.pid]);
    await redis.stop();
    await expect.poll(() => pidsAt(server), long).toEqual(["unknown", server.child.pid]);
    const other = await fetch(`${server.controlUrl}/hosts/another/events`);
    expect(await other.json()).toMatchObject({ status: 502, type: "/problems/server-unreachable" });
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

import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../bench/load/statistics/random.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { redisMissing, whySkipped } from "../helpers/redis-server.ts";
import { witnessTasks } from "../kill/witness-job.ts";
import { hostKills, seed } from "./amount.ts";
import { fleetIn, type Host } from "./fleet.ts";
import { networkName, openNetwork } from "./network.ts";
import { RerunTimes, spreadOf } from "./rerun-times.ts";
import { Stream } from "./stream.ts";

/** Jobs of a killed host are to be running elsewhere by then. */
const mostMs = 10_000;

/** The longest wait for a host that runs something. */
const patienceMs = 5000;

describe.skipIf(redisMissing)(`three hosts and a Redis${whySkipped}, in ${networkName}`, () => {
  test(
    `the jobs of a host that is killed run elsewhere (SEED=${seed})`,
    async () => {
      using folder = new Folder();
      await using network = await openNetwork(3);
      await using fleet = fleetIn(network, ["--workers", "1", "--tasks", witnessTasks]);
      await fleet.start();
      const random = createRandom(seed);
      const clients = { clients: 6, mostBeats: 400, cancels: false };
      const stream = new Stream({ fleet, folder, random, ...clients });
      const times = new RerunTimes(stream.desk, folder);
      const running = stream.run();
      const measured: Promise<void>[] = [];
      const killAll = async () => {
        for (let kill = 0; kill < hostKills && !fleet.isOver; kill++) {
          const victim = fleet.hosts[Math.floor(random() * fleet.hosts.length)] as Host;
          const pids = await busyWorkers(victim, times);
          const killedAt = Date.now();
          await victim.kill();
          measured.push(times.measure(await times.underWay(pids), killedAt));
          await victim.start();
          await pause(random() * 1000);
        }
      };
      await Promise.race([running, killAll()]); // A client that gives up ends it.
      stream.desk.isClosed = true;
      await running;
      await Promise.all(measured);
      const { jobs, again } = await stream.judge();
      process.stdout.write(
        `${hostKills} kills of a host; ${jobs} jobs, ${again} started more than once; ${times.all.length} runs were under way, and again elsewhere after: ${spreadOf(times.all)}\n`,
      );
      expect(times.all.length).toBeGreaterThan(0);
      expect(Math.max(...times.all)).toBeLessThanOrEqual(mostMs);
    },
    120_000 + hostKills * 20_000,
  );
});

/** Resolves when a run is under way there, or after some time. */
async function busyWorkers(host: Host, times: RerunTimes): Promise<Set<number>> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const pids = new Set(await host.workers());
    if (Date.now() > until || (await times.underWay(pids)).size > 0) return pids;
    await pause(5);
  }
}

import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../bench/load/statistics/random.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { redisMissing, whySkipped } from "../helpers/redis-server.ts";
import { witnessTasks } from "../kill/witness-job.ts";
import { cuts, seed } from "./amount.ts";
import { fleetIn } from "./fleet.ts";
import { networkName, openNetwork } from "./network.ts";
import { Stream } from "./stream.ts";

/** Some cuts are shorter than a lock, and some longer. */
const longestCutMs = 6000;
const longestPauseMs = 1000;

describe.skipIf(redisMissing)(`three hosts and a Redis${whySkipped}, in ${networkName}`, () => {
  test(
    `whoever is cut off, every job ends once (SEED=${seed})`,
    async () => {
      using folder = new Folder();
      await using network = await openNetwork(3);
      await using fleet = fleetIn(network, ["--workers", "1", "--tasks", witnessTasks]);
      await fleet.start();
      const random = createRandom(seed);
      const clients = { clients: 6, mostBeats: 40, cancels: true };
      const stream = new Stream({ fleet, folder, random, ...clients });
      const running = stream.run();
      const cutAll = async () => {
        for (let cut = 0; cut < cuts && !fleet.isOver; cut++) {
          const host = fleet.hosts[Math.floor(random() * fleet.hosts.length)];
          host?.place.cut();
          await pause(random() * longestCutMs);
          host?.place.heal();
          await pause(random() * longestPauseMs);
        }
      };
      await Promise.race([running, cutAll()]); // A client that gives up ends it.
      stream.desk.isClosed = true;
      await running;
      const { jobs, again } = await stream.judge();
      process.stdout.write(`${cuts} cuts; ${jobs} jobs, ${again} started more than once\n`);
      expect(jobs).toBeGreaterThanOrEqual(clients.clients);
    },
    60_000 + cuts * 15_000,
  );
});

import { setTimeout as pause } from "node:timers/promises";
import { createRandom } from "../../../bench/load/statistics/random.ts";
import type { ServerProcess } from "../../helpers/server-process.ts";
import { type Growth, growthOf } from "./growth.ts";
import type { Held, Holdings } from "./held.ts";
import { reload, resize, settled } from "./operator.ts";
import { Addresses, Endings } from "./sent.ts";
import { clients } from "./traffic.ts";

export interface SoakOptions {
  readonly rounds: number;
  /** The length of a round's traffic. After it, everything is closed and counted. */
  readonly roundMs: number;
  /** After its traffic, so that what ends by time, such as the quota of a client, has ended. */
  readonly restMs: number;
  readonly seed: number;
}

/** What one process of the server held, and how that changed. */
export interface Soaked {
  readonly name: string;
  readonly rounds: readonly Held[];
  readonly growth: readonly Growth[];
}

/**
 * Soaks a server in mixed traffic, in rounds with a pause after each. Now and then its workers are
 * replaced: in the first half all of them, so that those of the second half can be measured.
 *
 * @returns the processes that the server has at the end
 */
export async function soak(
  server: ServerProcess,
  holdings: Holdings,
  { rounds, roundMs, restMs, seed }: SoakOptions,
): Promise<{ readonly soaked: Soaked[]; readonly endings: Endings }> {
  let held = new Map<number, Held[]>();
  const random = createRandom(seed);
  const endings = new Endings();
  const { url, controlUrl } = server;
  for (let round = 0; round < rounds; round++) {
    const change = changeIn(round, rounds);
    let isChanged = false;
    const changed = change(server).finally(() => {
      isChanged = true;
    });
    const until = performance.now() + roundMs;
    const isOver = () => isChanged && performance.now() > until;
    const traffic = clients.map((client, at) =>
      client({ url, controlUrl, random, addresses: new Addresses(at), endings, isOver }),
    );
    await Promise.all([...traffic, changed]);
    await settled(server);
    await pause(restMs);
    const now = await holdings.read(server);
    held = new Map([...now].map(([pid, one]) => [pid, [...(held.get(pid) ?? []), one]]));
  }
  const soaked = [...held].map(([pid, all]) => ({
    name: pid === server.child.pid ? "primary" : `worker ${pid}`,
    rounds: all,
    growth: growthOf(all),
  }));
  return { soaked, endings };
}

/** What is done to the workers during a round. */
function changeIn(round: number, rounds: number): (server: ServerProcess) => Promise<void> {
  if (round % 5 === 0 && round < rounds / 2) return reload;
  return round % 4 === 1 ? resize : async () => {};
}

/** The growth of each process, a figure a line. */
export function writeGrowth(soaked: readonly Soaked[]): string {
  const lines = soaked.flatMap(({ name, growth }) =>
    growth.map(({ figure, from, to, isGrowth }) => {
      const change = `${((100 * (to - from)) / Math.max(1, from)).toFixed(1)} %`;
      return `${name}: ${figure} ${from} -> ${to} (${change})${isGrowth ? " GROWS" : ""}`;
    }),
  );
  return lines.join("\n");
}

import { createRandom } from "../../../bench/load/statistics/random.ts";
import type { ServerProcess } from "../../helpers/server-process.ts";
import { type Growth, growthOf } from "./growth.ts";
import type { Held, Holdings } from "./held.ts";
import { clients } from "./traffic.ts";

export interface SoakOptions {
  readonly rounds: number;
  /** The length of a round's traffic. After it, everything is closed and counted. */
  readonly roundMs: number;
  readonly seed: number;
}

/** What one process of the server held, and how that changed. */
export interface Soaked {
  readonly name: string;
  readonly rounds: readonly Held[];
  readonly growth: readonly Growth[];
}

/** Soaks a server in mixed traffic, in rounds with a pause after each. */
export async function soak(
  server: ServerProcess,
  holdings: Holdings,
  { rounds, roundMs, seed }: SoakOptions,
): Promise<Soaked[]> {
  const held = new Map<number, Held[]>();
  const random = createRandom(seed);
  for (let round = 0; round < rounds; round++) {
    const until = performance.now() + roundMs;
    const isOver = () => performance.now() > until;
    await Promise.all(clients.map((client) => client({ url: server.url, random, isOver })));
    await settled(server);
    for (const [pid, now] of await holdings.read(server))
      held.set(pid, [...(held.get(pid) ?? []), now]);
  }
  return [...held].map(([pid, all]) => ({
    name: pid === server.child.pid ? "primary" : `worker ${pid}`,
    rounds: all,
    growth: growthOf(all),
  }));
}

/** Resolves when no job is left to run. */
async function settled(server: ServerProcess): Promise<void> {
  interface Stats {
    readonly jobs: { readonly states: Readonly<Record<string, number>> };
  }
  for (;;) {
    const { states } = (await server.get<Stats>("/stats")).jobs;
    if ((states["queued"] ?? 0) + (states["running"] ?? 0) === 0) return;
  }
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

import { expect, onTestFinished, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";
import { amountOf, seed } from "./amount.ts";
import { growthOf } from "./soak/growth.ts";
import { type Held, Holdings } from "./soak/held.ts";
import { rateLimit, token } from "./soak/sent.ts";
import { soak, writeGrowth } from "./soak/soak.ts";

/** How long there is traffic; `npm run test:soak` says 20 minutes. */
const seconds = amountOf("SOAK_SECONDS", 4);
/** A shorter soak is over before caches and compiled code have settled: its figures say nothing. */
const isLong = seconds >= 300;
const rounds = isLong ? 40 : 4;

const tasks = new URL("./fuzz/tasks.ts", import.meta.url).pathname;

test(
  `${seconds} s of slow, aborting, malformed and pipelining clients leave nothing behind`,
  async () => {
    const folder = new Folder();
    onTestFinished(() => folder[Symbol.dispose]());
    const holdings = new Holdings(folder.file("held"));
    const flags = ["--mode", isLong ? "hybrid" : "cluster", "--tasks", tasks];
    const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`, "--job-retention", "1s"];
    // A boot has to share the machine with the traffic.
    const patient = ["--keep-alive-timeout", "5s", "--boot-timeout", "5m"];
    const guarded = ["--control", "0", "--token", token, "--trust-proxy", "loopback"];
    const limited = ["--rate-limit", `${rateLimit}/2s`];
    const server = await ServerProcess.start(
      [...flags, ...queue, ...patient, ...guarded, ...limited],
      holdings.env,
    );
    onTestFinished(() => server[Symbol.asyncDispose]());
    const { length: workers } = await server.workers();
    const roundMs = (seconds * 1000) / rounds;
    const restMs = isLong ? 2500 : 0;
    const { soaked, endings } = await soak(server, holdings, { rounds, roundMs, restMs, seed });
    process.stdout.write(`${writeGrowth(soaked)}\n${endings}\n`);
    expect(soaked).toHaveLength(1 + workers);
    expect(server.stderr).not.toMatch(/MaxListenersExceeded|unhandled|uncaught/i);
    expect(server.log.filter(({ level }) => level === "error" || level === "fatal")).toEqual([]);
    // Whoever keeps to the rules is always answered, whatever the others and the operator do.
    for (const client of ["keeps alive", "connects anew"]) {
      expect(new Set(endings.of(client)), client).toEqual(new Set([200, 202]));
    }
    expect(new Set(endings.of("listens"))).toEqual(new Set([200]));
    expect(new Set(endings.of("exceeds"))).toEqual(new Set([200, 429]));
    expect(new Set(endings.of("intrudes"))).toEqual(new Set([401]));
    for (const { growth } of soaked) {
      const counted = growth.filter(({ figure }) => isLong || figure === "resources");
      expect(counted.filter(({ isGrowth }) => isGrowth)).toEqual([]);
    }
  },
  300_000 + seconds * 3000,
);

const held: Held = {
  ...{ rss: 8e7, heapUsed: 2e7, external: 1e6 },
  ...{ resources: 5, functions: 20_000 },
};
const inRounds = (of: (round: number) => Partial<Held>) =>
  Array.from({ length: 40 }, (_, round) => ({ ...held, ...of(round) }));
const grown = (all: readonly Held[]) =>
  growthOf(all).flatMap(({ figure, isGrowth }) => (isGrowth ? figure : []));

test.each<[string, (round: number) => Partial<Held>, string[]]>([
  ["a socket in each round", (round) => ({ resources: 5 + round }), ["resources"]],
  ["a listener in each request", (round) => ({ functions: 20_000 + 100 * round }), ["functions"]],
  ["memory that never comes back", (round) => ({ heapUsed: 2e7 + 2e5 * round }), ["heapUsed"]],
  ["a warm-up that ends", (round) => ({ heapUsed: 2e7 + 1e6 * Math.min(round, 9) }), []],
  ["noise", (round) => ({ rss: 8e7 + 1e7 * (round % 3), resources: 5 + (round % 2) }), []],
])("growth is told from what varies: %s", (_, of, expected) => {
  expect(grown(inRounds(of))).toEqual(expected);
});

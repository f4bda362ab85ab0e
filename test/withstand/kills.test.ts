import { expect, onTestFinished, test } from "vitest";
import { createRandom } from "../../bench/load/statistics/random.ts";
import { ServerProcess } from "../helpers/server-process.ts";
import { amountOf, moreFlags, seed } from "./amount.ts";
import { Client } from "./kills/client.ts";
import { killWorkers } from "./kills/killer.ts";
import { describeFailure, isInFlight } from "./kills/strange.ts";

/** How long workers are killed; `npm run test:kills` says a minute. */
const seconds = amountOf("KILL_SECONDS", 3);
const workers = 3;

test.each([
  ["round-robin", "off"],
  ["os", "off"],
  ["reuse-port", "off"],
  ["round-robin", "on"],
])(
  `--balance %s --hand-over %s: a killed worker takes only its own requests along (SEED=${seed})`,
  async (balance, handOver) => {
    const flags = ["--workers", `${workers}`, "--balance", balance, "--max-pending", "1000"];
    const own = ["--hand-over", handOver, "--log-level", "debug", ...moreFlags];
    const server = await ServerProcess.start([...flags, ...own]);
    const handsOver = handOver === "on";
    onTestFinished(() => server[Symbol.asyncDispose]());
    const until = performance.now() + seconds * 1000;
    let hasKilled = false;
    const isOver = () => performance.now() > until && hasKilled;
    // To be handed over, runs have to be long. And kept connections leave a new worker free for them.
    const iterations = handsOver ? 20_000 : 2000;
    const clients = Array.from(
      { length: 12 },
      (_, at) => new Client(server.url, { keepAlive: handsOver || at % 2 === 0, iterations }),
    );
    onTestFinished(() => clients.forEach((client) => void client[Symbol.dispose]()));
    const random = createRandom(seed);
    const killing = killWorkers(server, workers, random, () => performance.now() > until).finally(
      () => {
        hasKilled = true;
      },
    );
    await Promise.all(clients.map((client) => client.run(isOver)));
    const kills = await killing;
    const all = clients.flatMap(({ exchanges }) => exchanges);
    const failed = all.filter(({ status }) => status !== 200);
    process.stdout.write(
      `${balance}: ${kills.length} kills, ${all.length} requests, ${failed.length} failed\n`,
    );
    if (handsOver) {
      const fromOthers = clients.reduce((sum, client) => sum + client.fromOthers, 0);
      process.stdout.write(`${balance}: ${fromOthers} answers from another worker than before\n`);
    }
    expect(kills.length).toBeGreaterThan(0);
    expect(all.length).toBeGreaterThan(failed.length);
    // A run that is handed over is in flight on two workers: no answer tells which of them it was.
    const strange = failed.filter((exchange) => !isInFlight(exchange, kills, handsOver));
    expect(strange.map((exchange) => describeFailure(exchange, kills))).toEqual([]);
    // The port is never closed: whoever comes during a kill is served by the others.
    expect(failed.filter(({ error }) => error?.includes("ECONNREFUSED"))).toEqual([]);
    // No client has more than one request under way, and each kill takes one worker of three.
    expect(failed.length).toBeLessThanOrEqual(kills.length * clients.length);
  },
  90_000 + seconds * 4000,
);

const kill = { pid: 7, at: 100, goneAt: 110, noticedAt: 120 };
const failure = { sentAt: 90, endedAt: 130, status: null, pid: 7, error: "reset", isReused: true };

test.each([
  ["under way on the killed worker", {}, true],
  ["on a connection that no worker had answered", { pid: null, isReused: false }, true],
  ["sent before anybody could know", { sentAt: 115 }, true],
  ["on another worker", { pid: 8 }, false],
  ["over before the kill", { endedAt: 99 }, false],
  ["sent when all knew", { sentAt: 121 }, false],
])("a request that fails %s: a kill explains it, or not", (_, own, expected) => {
  const exchange = { ...failure, ...own };
  expect(isInFlight(exchange, [kill], false)).toBe(expected);
  expect(describeFailure(exchange, [kill])).toContain("7 killed at");
});

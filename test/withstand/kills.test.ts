import { expect, onTestFinished, test } from "vitest";
import { createRandom } from "../../bench/load/statistics/random.ts";
import { ServerProcess } from "../helpers/server-process.ts";
import { amountOf, seed } from "./amount.ts";
import { Client, type Exchange } from "./kills/client.ts";
import { type Kill, killWorkers } from "./kills/killer.ts";

/** How long workers are killed; `npm run test:kills` says a minute. */
const seconds = amountOf("KILL_SECONDS", 3);
const workers = 3;

/** Until then the primary, or a client, may not have seen that a worker is gone. */
const noticeMs = 1000;

/** A connection may have been handed to a worker, or be waiting with it, when that was killed. */
function isInFlight({ sentAt, endedAt, pid }: Exchange, kills: readonly Kill[]): boolean {
  return kills.some(
    (kill) =>
      sentAt <= kill.goneAt + noticeMs && endedAt >= kill.at && (pid === null || pid === kill.pid),
  );
}

test.each(["round-robin", "os", "reuse-port"])(
  `--balance %s: a worker that is killed takes only its own requests with it (SEED=${seed})`,
  async (balance) => {
    const flags = ["--workers", `${workers}`, "--balance", balance, "--max-pending", "1000"];
    // A run that is handed over is in flight on two workers: no answer tells which of them it was.
    const own = ["--hand-over", "off", "--log-level", "debug"];
    const server = await ServerProcess.start([...flags, ...own]);
    onTestFinished(() => server[Symbol.asyncDispose]());
    const until = performance.now() + seconds * 1000;
    let hasKilled = false;
    const isOver = () => performance.now() > until && hasKilled;
    const clients = Array.from({ length: 12 }, (_, at) => new Client(server.url, at % 2 === 0));
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
    expect(kills.length).toBeGreaterThan(0);
    expect(all.length).toBeGreaterThan(failed.length);
    const strange = failed.filter((exchange) => !isInFlight(exchange, kills));
    expect(strange, JSON.stringify(kills)).toEqual([]);
    // The port is never closed: whoever comes during a kill is served by the others.
    expect(failed.filter(({ error }) => error?.includes("ECONNREFUSED"))).toEqual([]);
    // No client has more than one request under way, and each kill takes one worker of three.
    expect(failed.length).toBeLessThanOrEqual(kills.length * clients.length);
  },
  90_000 + seconds * 4000,
);

import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../bench/load/statistics/random.ts";
import { gone, type ServerProcess } from "../../helpers/server-process.ts";

export interface Kill {
  readonly pid: number;
  /** Just before the signal. */
  readonly at: number;
  /** When the process was seen to be gone. */
  readonly goneAt: number;
  /**
   * When the log of the primary, which hands connections on, was seen to say so. The clients, which
   * share our event loop, have been told of their broken connections by then, too.
   */
  readonly noticedAt: number;
}

/** Kills one worker after the other, each when the server has all of its workers again. */
export async function killWorkers(
  server: ServerProcess,
  workers: number,
  random: Random,
  isOver: () => boolean,
): Promise<Kill[]> {
  const kills: Kill[] = [];
  while (!isOver()) {
    await pause(100 + 400 * random());
    const pids = await readyWorkers(server);
    if (pids.size < workers) continue;
    const pid = [...pids][Math.floor(random() * pids.size)] ?? 0;
    const at = performance.now();
    process.kill(pid, "SIGKILL");
    await gone(pid);
    const goneAt = performance.now();
    await server.printed(new RegExp(`\\(pid ${pid}\\) ended`));
    kills.push({ pid, at, goneAt, noticedAt: performance.now() });
  }
  return kills;
}

/** The workers that have said they are ready, and have not ended. */
async function readyWorkers(server: ServerProcess): Promise<Set<number>> {
  const living = await server.workers();
  const ready = new Set(
    server.log.filter(({ msg }) => /is ready$/.test(String(msg))).map(({ pid }) => Number(pid)),
  );
  return new Set(living.filter((pid) => ready.has(pid)));
}

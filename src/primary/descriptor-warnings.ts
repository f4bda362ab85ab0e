import { type Config, counted, hasThreadPool } from "../config/config.ts";
import { limitForConnections, roomForConnections } from "../telemetry/descriptors.ts";

/** Open files of a worker before any connection (measured: 22 to 30), and of each thread. */
const ofWorker = 30;
const ofThread = 6;

/**
 * Warns if the limit on file descriptors is too low for the runs that the server accepts. Each run
 * that waits or computes has a connection.
 *
 * @param limit of each process; undefined where it is not known
 */
export function descriptorWarnings(
  config: Pick<Config, "threads" | "executor" | "maxPending" | "slots">,
  limit: number | undefined,
): string[] {
  if (limit === undefined) return [];
  const threads = hasThreadPool(config) ? config.threads : 0;
  const used = ofWorker + ofThread * threads;
  const room = roomForConnections(limit, used, threads);
  const runs = config.maxPending + config.slots;
  if (room >= runs) return [];
  return [
    `The limit on file descriptors (${limit}) leaves each worker some ${counted(room, "connection")}, ` +
      `and --max-pending lets it hold ${counted(runs, "run")}. ` +
      `Raise the limit (ulimit -n ${limitForConnections(runs, used, threads)} or more)`,
  ];
}

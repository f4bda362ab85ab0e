import { type Config, counted, hasThreadPool } from "../config/config.ts";
import { limitForConnections, roomForConnections } from "../telemetry/descriptors.ts";

/** What a worker has open before there is any connection (measured: 22 to 30), and each thread. */
const ofWorker = 30;
const ofThread = 6;

/**
 * What is to be said at the start of a limit on file descriptors that is too low for what the
 * server would take: each run that waits or computes has a connection.
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

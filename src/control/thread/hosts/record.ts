import type { ServerFigures } from "../../../telemetry/figures/figures.ts";
import type { HostRecord } from "../../../telemetry/watch/hosts.ts";
import type { SeenFigures } from "../../../telemetry/watch/seen.ts";

/** A server with more has its further workers left out: a record has a bounded size. */
export const mostWorkers = 256;

/** What stays the same as long as the host lives. */
export type HostIdentity = Pick<HostRecord, "id" | "name" | "url" | "control" | "hasJobs"> & {
  readonly cores: number;
};

/** What a host tells the others. */
export function recordOf(
  { cores, ...identity }: HostIdentity,
  server: ServerFigures["server"],
  seen: SeenFigures,
  requestsPerSecond: number,
): HostRecord {
  const { version, node, pid, mode, executor, process } = server;
  return {
    ...identity,
    ...{ version, node, pid, mode, executor, startedAt: process.startedAt },
    workers: seen.workers
      .slice(0, mostWorkers)
      .map(({ worker, pid: workerPid, stage, slots, busySlots, pending, rssBytes }) => ({
        ...{ worker, pid: workerPid, stage, slots, busySlots, pending, rssBytes },
      })),
    figures: {
      requestsPerSecond,
      runsPerSecond: seen.runs.perSecond,
      busyShare: busyShareOf(seen, cores),
      cores,
      ranMs: seen.runs.ranMs,
      jobs: seen.jobs,
    },
  };
}

/** Workers that cannot say it yet count as idle; null if none can. */
function busyShareOf({ workers }: SeenFigures, cores: number): number | null {
  const known = workers.flatMap((worker) => (worker.cores === null ? [] : [worker.cores]));
  if (known.length === 0) return null;
  const used = known.reduce((sum, each) => sum + each, 0);
  return Math.min(1, Math.round((used / cores) * 1000) / 1000);
}

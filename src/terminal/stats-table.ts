/** What `manycore ctl stats` prints for people. */
import type { QueueStats } from "../jobs/stats.ts";
import type { ServerFigures, WorkerFigures } from "../telemetry/figures/figures.ts";
import { aligned, megabytesOf, spanOf } from "./columns.ts";

/** The body of `/stats`. */
interface Stats extends Pick<ServerFigures, "server" | "workers"> {
  readonly jobs: ShownJobs | null;
}

type ShownJobs = Pick<QueueStats, "states" | "oldestWaitingMs" | "paused">;

/** An older state is told with its age: the worker's event loop is held. */
const freshMs = 2500;

const columns = {
  worker: ({ worker }: WorkerFigures) => String(worker),
  pid: ({ pid }: WorkerFigures) => String(pid ?? ""),
  stage: ({ stage }: WorkerFigures) => stage,
  up: ({ uptimeMs }: WorkerFigures) => spanOf(uptimeMs),
  busy: ({ state }: WorkerFigures) => state && `${state.busySlots}/${state.slots}`,
  waiting: ({ state }: WorkerFigures) => state && String(state.pending),
  connections: ({ state }: WorkerFigures) => state && String(state.connections),
  loop: ({ state }: WorkerFigures) => state && `${Math.round(state.loop.utilization * 100)} %`,
  "delay p99": ({ state }: WorkerFigures) => state && `${Math.round(state.loop.delayMs.p99)} ms`,
  memory: ({ state }: WorkerFigures) => state && megabytesOf(state.rssBytes),
  CPU: ({ state }: WorkerFigures) => state && spanOf(state.cpuMs),
  seen: ({ snapshotAgeMs }: WorkerFigures) =>
    snapshotAgeMs === null || snapshotAgeMs < freshMs ? "" : `${spanOf(snapshotAgeMs)} ago`,
} satisfies Record<string, (worker: WorkerFigures) => string | null>;

export function statsTable({ server, workers, jobs }: Stats): string {
  const { version, node, pid, uptimeMs, mode, executor } = server;
  const rows = workers.map((worker) => Object.values(columns).map((read) => read(worker) ?? ""));
  return [
    `manycore ${version} on Node ${node}, mode ${mode}, executor ${executor}: pid ${pid}, up ${spanOf(uptimeMs)}`,
    "",
    ...aligned([Object.keys(columns), ...rows]),
    "",
    jobs ? jobsLine(jobs) : "no jobs",
    "",
  ].join("\n");
}

function jobsLine({ states, oldestWaitingMs, paused }: ShownJobs): string {
  const told = Object.entries(states).flatMap(([state, count]) =>
    count > 0 ? [`${count} ${state}`] : [],
  );
  const oldest = oldestWaitingMs === null ? [] : [`the oldest waits ${spanOf(oldestWaitingMs)}`];
  const stopped = paused.all ? ["all"] : paused.tasks;
  const pause = stopped.length > 0 ? [`paused: ${stopped.join(", ")}`] : [];
  return `jobs: ${[...told, ...oldest, ...pause].join("; ") || "none"}`;
}

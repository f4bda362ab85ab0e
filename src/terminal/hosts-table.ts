/** What `manycore ctl hosts` prints for people. */
import type { HostWorker, SeenHost, SeenHosts } from "../telemetry/watch/hosts.ts";
import { aligned, megabytesOf, spanOf } from "./columns.ts";

const columns = {
  host: ({ name, isThis }: SeenHost) => (isThis ? `${name} (this)` : name),
  pid: ({ pid }: SeenHost) => String(pid),
  mode: ({ mode }: SeenHost) => mode,
  workers: ({ workers }: SeenHost) =>
    `${workers.filter(({ stage }) => stage === "ready").length}/${workers.length}`,
  busy: ({ workers }: SeenHost) =>
    `${sum(workers, ({ busySlots }) => busySlots)}/${sum(workers, ({ slots }) => slots)}`,
  waiting: ({ workers }: SeenHost) => String(sum(workers, ({ pending }) => pending)),
  CPU: ({ figures: { busyShare } }: SeenHost) =>
    busyShare === null ? "" : `${Math.round(100 * busyShare)} %`,
  requests: ({ figures }: SeenHost) => `${rounded(figures.requestsPerSecond)}/s`,
  runs: ({ figures }: SeenHost) => `${rounded(figures.runsPerSecond)}/s`,
  p50: ({ figures: { ranMs } }: SeenHost) => (ranMs === null ? "" : `${rounded(ranMs.p50)} ms`),
  p99: ({ figures: { ranMs } }: SeenHost) => (ranMs === null ? "" : `${rounded(ranMs.p99)} ms`),
  memory: ({ workers }: SeenHost) => megabytesOf(sum(workers, ({ rssBytes }) => rssBytes)),
  seen: ({ ageMs }: SeenHost) => `${spanOf(ageMs)} ago`,
  "serves at": ({ url }: SeenHost) => url,
} satisfies Record<string, (host: SeenHost) => string>;

const notes = {
  none: "The queue is of this host alone: there are no others.",
  known: undefined,
  unknown: "Redis does not answer: the other hosts are not known.",
} as const;

export function hostsTable({ others, hosts }: SeenHosts): string {
  const rows = hosts.map((host) => Object.values(columns).map((read) => read(host)));
  const note = notes[others];
  const lines = aligned([Object.keys(columns), ...rows]);
  return [...lines, ...(note ? ["", note] : []), ""].join("\n");
}

function sum(workers: readonly HostWorker[], read: (worker: HostWorker) => number): number {
  return workers.reduce((total, worker) => total + read(worker), 0);
}

/** Three digits say enough. */
function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

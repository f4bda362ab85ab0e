/** What Prometheus is told of the server and of its workers at this moment. */
import type { ServerFigures, WorkerFigures, WorkerState } from "./figures.ts";
import type { ShownMetric } from "./shown-metric.ts";

type Labels = Readonly<Record<string, string>>;

const stages = ["booting", "ready", "leaving"] as const;

/** Of the server as a whole, and of the primary's process. */
export function serverMetrics({ server }: ServerFigures): ShownMetric[] {
  const { version, node, mode, executor, workers, process } = server;
  const { descriptors } = process;
  return [
    gauge("manycore_build_info", "Versions of manycore and Node.", 1, { version, node }),
    gauge("manycore_server_info", "How the server computes.", 1, { mode, executor }),
    gauge("manycore_workers_desired", "How many workers there are to be.", workers),
    {
      ...gauge("manycore_workers", "Workers' processes by stage.", 0),
      values: stages.map((stage) => ({ labels: { stage }, value: 0 })),
    },
    counter("process_cpu_seconds_total", "CPU time of the primary.", process.cpuMs / 1000),
    gauge("process_resident_memory_bytes", "Memory of the primary.", process.rssBytes),
    gauge("process_start_time_seconds", "Start of the primary.", process.startedAt / 1000),
    ...(descriptors
      ? [
          gauge("process_open_fds", "File descriptors of the primary.", descriptors.open),
          gauge("process_max_fds", "Most that the primary may have.", descriptors.most),
        ]
      : []),
  ];
}

/** Of one life of a worker. Those of the lives in one place are put together. */
export function workerMetrics(figures: WorkerFigures): ShownMetric[] {
  const { worker, stage, state, snapshotAgeMs } = figures;
  const labels = { worker: String(worker) };
  return [
    gauge("manycore_workers", "", 1, { stage }),
    ...(snapshotAgeMs === null ? [] : [snapshotAge(snapshotAgeMs, labels)]),
    ...(state ? stateMetrics(state, labels) : []),
  ];
}

function snapshotAge(ageMs: number, labels: Labels): ShownMetric {
  const help = "Age of the worker's newest figures. It grows while a run holds the event loop.";
  return { ...gauge("manycore_worker_snapshot_age_seconds", help, ageMs / 1000, labels), ...max };
}

/** Of two lives in one place the larger value is shown, and not the sum. */
const max = { aggregator: "max" } as const;

function stateMetrics(state: WorkerState, labels: Labels): ShownMetric[] {
  const { pending, busySlots, slots, connections, rssBytes, heapUsedBytes, loop, threads } = state;
  const { p99, max: longest } = loop.delayMs;
  const of = (name: string, help: string, value: number) =>
    gauge(`manycore_worker_${name}`, help, value, labels);
  return [
    of("pending_runs", "Runs that wait for a slot.", pending),
    of("busy_slots", "Slots that runs hold.", busySlots),
    of("slots", "Room for runs at a time.", slots),
    of("connections", "Connections that are open.", connections),
    of("resident_memory_bytes", "Memory of the process.", rssBytes),
    of("heap_used_bytes", "JavaScript objects on the event loop's heap.", heapUsedBytes),
    {
      ...of("event_loop_delay_p99_seconds", "How late 1 % of its timers were.", p99 / 1000),
      ...max,
    },
    {
      ...of("event_loop_delay_max_seconds", "How late the latest timer was.", longest / 1000),
      ...max,
    },
    ...threads.flatMap(({ place, heapUsedBytes: heap, cpuMs }) => {
      const ofThread = { ...labels, thread: String(place) };
      return [
        counter(
          "manycore_thread_cpu_seconds_total",
          "CPU time of a thread.",
          cpuMs / 1000,
          ofThread,
        ),
        gauge("manycore_thread_heap_used_bytes", "JavaScript objects of a thread.", heap, ofThread),
      ];
    }),
  ];
}

function gauge(name: string, help: string, value: number, labels: Labels = {}): ShownMetric {
  return { name, help, type: "gauge", values: [{ labels, value }] };
}

function counter(name: string, help: string, value: number, labels: Labels = {}): ShownMetric {
  return { name, help, type: "counter", values: [{ labels, value }] };
}

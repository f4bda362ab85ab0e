/** A worker's composition root: it alone, with main.ts, names the concrete executors. */
import cluster from "node:cluster";
import { once } from "node:events";
import type { Server } from "node:http";
import type { Logger } from "pino";
import { isPrimaryMessage, type WorkerMessage } from "../channel/messages.ts";
import { systemClock } from "../clock.ts";
import { Dispatcher } from "../compute/dispatcher.ts";
import type { Executor } from "../compute/executor.ts";
import { InlineExecutor } from "../compute/executors/inline.ts";
import { LibuvExecutor } from "../compute/executors/libuv.ts";
import { ThreadsExecutor } from "../compute/executors/threads/threads.ts";
import type { LoopWatch } from "../compute/loop-watch.ts";
import { memoryShareBytes } from "../compute/memory-share.ts";
import {
  type Config,
  type ExecutorName,
  hasThreadPool,
  type WorkerConfig,
  withSource,
} from "../config/config.ts";
import { messageOf } from "../errors.ts";
import { createApp } from "../http/app.ts";
import { limitConnections } from "../http/connection-limit.ts";
import { Connections } from "../http/connections.ts";
import { createHttpServer } from "../http/server.ts";
import type { Services } from "../http/services.ts";
import { Consumer } from "../jobs/consumer.ts";
import type { Consumption, JobQueue } from "../jobs/queue.ts";
import { isHostMessage } from "../jobs/sqlite/protocol.ts";
import { EmbeddedQueue } from "../jobs/sqlite/worker/client.ts";
import { holdWorkerLock } from "../jobs/sqlite/worker-lock.ts";
import { watchDescriptors } from "../telemetry/descriptors.ts";
import { createLog } from "../telemetry/log.ts";
import { outliveOutput } from "../telemetry/streams.ts";
import { Leaving } from "./drain.ts";
import { loadTasks, warnOfOwnTasks } from "./load-tasks.ts";
import { Watchdog } from "./watchdog/watchdog.ts";

/** Serves as the worker that the primary forked, until the primary says drain or its channel closes. */
export async function startWorker({ config, worker, queueLock }: WorkerConfig): Promise<void> {
  outliveOutput();
  const log = createLog(config, { worker, pid: process.pid });
  watchDescriptors(log);
  // A terminal sends them to all; the primary says what to do.
  for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => {});
  process.on("uncaughtException", (err) => {
    log.fatal({ err }, "uncaught exception");
    process.exit(1);
  });
  const onError = (err: Error) => log.error({ err }, "nothing watches this worker any more");
  const watchdog = new Watchdog({ ...config, onError });
  try {
    const leaving = await serve({ config, worker, queueLock }, log, watchdog);
    const drain = () => leaving.drain();
    process.on("SIGTERM", drain); // Whoever signals the whole group may do so again.
    process.on("message", (message) => {
      if (isPrimaryMessage(message) && message.type === "drain") drain();
    });
    watchdog.watchLoop();
    tell({ type: "ready" });
  } catch (error) {
    tell({ type: "boot-failed", message: messageOf(error) }, () => process.exit(1));
  }
}

function tell(message: WorkerMessage, onSent = () => {}): void {
  process.send?.(message, onSent);
}

/** Brings the worker up until it listens; returns how it ends. */
async function serve(
  { config, worker, queueLock }: WorkerConfig,
  log: Logger,
  watch: LoopWatch,
): Promise<Leaving> {
  const jobs = queueLock === undefined ? null : openQueue(queueLock);
  // Before the threads: what is wrong is told once.
  const tasks = await loadTasks(config, (message) => tell({ type: "boot-failed", message }));
  if (cluster.worker?.id === 1) warnOfOwnTasks(config, tasks.own, log); // Once, of all workers.
  const executors = await startExecutors(config, log);
  let consumption: Consumption | undefined;
  const onRoom = (room: number) => consumption?.offer(room);
  const onHung = (message: string) => {
    tell({ type: "hung", message });
    void leaving.endHung(message);
  };
  const dispatcher = new Dispatcher({
    ...config,
    memoryBytes: memoryShareBytes(config.workers),
    clock: systemClock,
    onRoom,
    watch,
    onHung,
  });
  const stop = new AbortController();
  const app = createApp({
    identity: { worker, pid: process.pid },
    workers: countedWorkers(config.workers),
    tasks: tasks.registry,
    jobs,
    jobTimeoutMs: config.jobTimeoutMs,
    dispatcher,
    executors,
    defaultExecutor: config.executor,
    bodyLimitBytes: config.bodyLimitBytes,
    accessLog: config.accessLog === "all",
    log,
    stopping: stop.signal,
    clock: systemClock,
  });
  const server = createHttpServer(config);
  const connections = new Connections(server, app.callback());
  limitConnections(server, hasThreadPool(config) ? config.threads : 0, log);
  await listen(server, config);
  const consumer = new Consumer({
    tasks: tasks.registry,
    dispatcher,
    executors: inOrder(executors, config.executor),
    resultLimitBytes: config.jobResultLimitBytes,
    log,
    onSuspect: () => connections.closeIdle(),
  });
  consumption = jobs?.consume(consumer);
  consumption?.offer(dispatcher.room);

  const leaving = new Leaving({
    ...{ config, dispatcher, connections, consumer, consumption, stop, log },
    executors: [...executors.values()],
  });
  return leaving;
}

/** How many workers are ready, as the primary tells it. */
function countedWorkers(total: number): Services["workers"] {
  const counted = { ready: 0, total };
  process.on("message", (message) => {
    if (isPrimaryMessage(message) && message.type === "workers") counted.ready = message.ready;
  });
  return counted;
}

/** The queue of jobs, which the primary has: what is said of it goes by messages. */
function openQueue(lock: string): JobQueue {
  holdWorkerLock(lock);
  const jobs = new EmbeddedQueue((message) => process.send?.(message));
  process.on("message", (message) => {
    if (isHostMessage(message)) jobs.take(message);
  });
  return jobs;
}

/** The executor that runs go to, and then the others, for tasks that it cannot run. */
function inOrder(executors: ReadonlyMap<ExecutorName, Executor>, first: ExecutorName): Executor[] {
  const all = [...executors.values()];
  return all.sort((a, b) => Number(b.name === first) - Number(a.name === first));
}

/** Every executor that this server has. */
async function startExecutors(config: Config, log: Logger): Promise<Map<ExecutorName, Executor>> {
  const executors = new Map<ExecutorName, Executor>([
    ["inline", new InlineExecutor()],
    ["libuv", new LibuvExecutor({ nice: config.executor === "libuv" })],
  ]);
  if (hasThreadPool(config)) {
    const { threads, taskFiles, threadMemoryBytes: heapBytes } = config;
    const onError = (err: Error) => log.error({ err }, "a thread failed while it had no run");
    executors.set(
      "threads",
      await ThreadsExecutor.start({ threads, heapBytes, taskFiles, onError }),
    );
  }
  return executors;
}

async function listen(server: Server, config: Config): Promise<void> {
  const { host, port, balance, setBy } = config;
  const reusePort = balance === "reuse-port";
  server.listen({ host, port, exclusive: reusePort, reusePort });
  try {
    await once(server, "listening");
  } catch (error) {
    const advice = "Stop the program that holds it, or choose another with --port.";
    const where = `port ${withSource(port, setBy.port)} of ${withSource(host, setBy.host)}`;
    throw new Error(`Cannot listen on ${where}: ${messageOf(error)}. ${advice}`);
  }
}

/**
 * A worker's composition root: makes its parts and wires them. Beside main.ts, only this folder
 * names concrete executors (executors.ts) and queues (queue.ts).
 */
import cluster from "node:cluster";
import type { Logger } from "pino";
import { systemClock } from "../clock.ts";
import { Dispatcher, type DispatcherOptions } from "../compute/dispatcher.ts";
import type { LoopWatch } from "../compute/loop-watch.ts";
import { memoryShareBytes } from "../compute/memory-share.ts";
import { handleStrays } from "../compute/strays.ts";
import { type Config, hasThreadPool, type WorkerConfig } from "../config/config.ts";
import { guardSettings } from "../config/guard-settings.ts";
import { createApp } from "../http/app.ts";
import { clientAddressBehind } from "../http/client-address.ts";
import { limitConnections } from "../http/connection-limit.ts";
import { Connections } from "../http/connections.ts";
import { createGuard } from "../http/guard/guard.ts";
import { createHttpServer } from "../http/server.ts";
import type { Services } from "../http/services.ts";
import { Consumer } from "../jobs/consumer.ts";
import type { Consumption } from "../jobs/queue.ts";
import { webhookRules } from "../jobs/webhooks/target.ts";
import { lockGlobals } from "../tasks/lock-globals.ts";
import type { Telemetry } from "../telemetry/events.ts";
import type { Tracing } from "../telemetry/tracing/tracing.ts";
import { Leaving } from "./drain.ts";
import { startExecutors } from "./executors.ts";
import { openFleetMember, ToldWatch } from "./figures.ts";
import { mayHandOver, openHandOver } from "./hand-over.ts";
import { listen } from "./listen.ts";
import { loadTasks, warnOfOwnTasks } from "./load-tasks.ts";
import { adoptConnections, passToPrimary } from "./passed-connections.ts";
import type { Supervision } from "./primary-link.ts";
import { openQueue } from "./queue.ts";
import { openRateLimiter } from "./rate-limiter.ts";
import { TaskSetups } from "./task-setups.ts";
import { openWatch } from "./watch/watched-runs.ts";

/** What the worker's process has before it is composed. */
interface Surroundings {
  readonly log: Logger;
  readonly telemetry: Telemetry;
  readonly tracing: Tracing | undefined;
  readonly watch: LoopWatch;
  readonly supervision: Supervision;
}

/**
 * Brings the worker up until it listens.
 *
 * @returns how it leaves
 */
export async function composeWorker(
  { config, worker, services: shared }: WorkerConfig,
  surroundings: Surroundings,
): Promise<Leaving> {
  const { log, telemetry, tracing, supervision } = surroundings;
  const jobs = openQueue(shared);
  lockGlobals();
  // Before the threads, which load the same files: a broken one is reported once.
  const loaded = await loadTasks(config, (message) => supervision.bootFailed(message), true);
  if (cluster.worker?.id === 1) warnOfOwnTasks(config, loaded.own, log); // One worker does for all.
  const { registry: tasks } = loaded;
  supervision.tasks(tasks.list().map(({ name }) => name));
  const taskFiles = loaded.own.map(({ file }) => file);
  const setups = new TaskSetups(config, loaded.own, supervision, log);
  handleStrays(setups.fileOf, (text) => log.error(text));
  const executors = await startExecutors({ ...config, taskFiles }, setups, { log, telemetry });
  await setups.setUpLoop();

  // These are made below: no run comes before the server listens.
  let consumption: Consumption | undefined;
  let connections: Connections | undefined;
  const member = openFleetMember(worker, telemetry, {
    slots: config.slots,
    executors: () => executors.values(),
    dispatcher: () => dispatcher,
    connections: () => connections,
  });
  openWatch(shared, telemetry);
  const watch = new ToldWatch(surroundings.watch, () => member);
  const dispatcher = createDispatcher(
    config,
    { ...surroundings, watch },
    {
      onRoom: (room) => consumption?.offer(room),
      onHung: (message) => leaving.endHung(message),
      onChange: () => handOver?.changed(),
      beforeHold: (task) => handOver?.beforeHold(task),
      lends: mayHandOver(shared),
    },
  );
  supervision.onTotal = (total) => dispatcher.changeMemory(memoryShareBytes(total));
  const identity = { worker, pid: process.pid };
  const handOver = openHandOver(shared, {
    ...{ dispatcher, tasks, executors, telemetry, workers: supervision.workers },
    ...{ slots: config.slots, place: identity, clock: systemClock },
  });
  const stop = new AbortController();
  connections = await serveHttp(config, {
    identity,
    workers: supervision.workers,
    ...{ tasks, jobs, dispatcher, executors, log, telemetry, tracing },
    guard: createGuard(guardSettings(config)),
    jobTimeoutMs: config.jobTimeoutMs,
    webhooks: webhookRules(config.webhooks),
    defaultExecutor: config.executor,
    bodyLimitBytes: config.bodyLimitBytes,
    headerLimitBytes: config.headerLimitBytes,
    clientAddress: clientAddressBehind(config.trustProxy),
    rateLimiter: openRateLimiter(config, telemetry),
    exposeErrors: config.exposeErrors === "on",
    errorStacks: config.errorStacks === "on",
    figures: () => member.figures(),
    controlUrl: () => supervision.controlUrl,
    stopping: stop.signal,
    clock: systemClock,
  });
  const consumer = new Consumer({
    ...{ tasks, dispatcher, telemetry, tracing },
    ...(jobs && { readBody: (id, of) => jobs.jobs.readBody(id, of) }),
    executors: [...executors.values()],
    resultLimitBytes: config.jobResultLimitBytes,
    exposeErrors: config.exposeErrors === "on",
    onNoResult: () => consumption?.offer(dispatcher.room),
    onSuspect: () => connections?.closeIdle(),
  });
  consumption = jobs?.consume(consumer);
  consumption?.offer(dispatcher.room);
  handOver?.join();
  const leaving = new Leaving({
    ...{ config, dispatcher, connections, consumer, consumption, handOver, stop },
    ...{ log, tracing, member, passOn: passToPrimary },
    setups: setups.loop,
    executors: [...executors.values()],
  });
  member.start();
  return leaving;
}

function createDispatcher(
  config: Config,
  { telemetry, tracing, watch, supervision }: Surroundings,
  on: Pick<DispatcherOptions, "onRoom" | "onChange" | "beforeHold" | "lends"> & {
    onHung: (message: string) => Promise<void>;
  },
): Dispatcher {
  return new Dispatcher({
    ...config,
    memoryBytes: memoryShareBytes(supervision.workers.total),
    clock: systemClock,
    ...{ telemetry, tracing, watch },
    ...on,
    onHung: (message, run) => {
      supervision.hung(message, run);
      void on.onHung(message);
    },
  });
}

/** Resolves when the worker listens. */
async function serveHttp(config: Config, services: Services): Promise<Connections> {
  const server = createHttpServer(config);
  const connections = new Connections(server, createApp(services).callback());
  server.on("connection", () => services.telemetry.emit("connection.opened"));
  const threads = hasThreadPool(config) ? config.threads : 0;
  limitConnections(server, threads, services.telemetry, config.maxConnections);
  adoptConnections(server);
  await listen(server, config);
  return connections;
}

/** A worker's composition root: it alone, with main.ts, names the concrete executors. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { Logger } from "pino";
import { systemClock } from "./clock.ts";
import { Dispatcher } from "./compute/dispatcher.ts";
import type { Executor } from "./compute/executor.ts";
import { InlineExecutor } from "./compute/inline.ts";
import { LibuvExecutor } from "./compute/libuv.ts";
import { ThreadsExecutor } from "./compute/threads.ts";
import { type Config, type ExecutorName, hasThreadPool } from "./config.ts";
import { messageOf } from "./errors.ts";
import { createApp } from "./http/app.ts";
import { Connections } from "./http/connections.ts";
import { createHttpServer } from "./http/server.ts";
import { isPrimaryMessage, type WorkerMessage } from "./messages.ts";
import { loadTaskFile } from "./tasks/load.ts";
import { builtInTasks, createRegistry, type TaskRegistry } from "./tasks/registry.ts";
import { createLog } from "./telemetry/log.ts";

/** What is left of the drain time when runs that still wait are told to go elsewhere. */
const lastAnswersMs = 500;

/** How long a client may take to read an answer, on top of the time it may be queued and run. */
const readingMs = 30_000;

/** Serves as worker number `worker`, until the primary says drain or its channel closes. */
export async function startWorker(config: Config, worker: number): Promise<void> {
  const log = createLog(config, { worker, pid: process.pid });
  process.on("SIGINT", () => {}); // A terminal sends it to all; the primary says what to do.
  process.on("uncaughtException", (err) => {
    log.fatal({ err }, "uncaught exception");
    process.exit(1);
  });
  try {
    const drain = await serve(config, worker, log);
    process.once("SIGTERM", drain);
    process.on("message", (message) => {
      if (isPrimaryMessage(message) && message.type === "drain") drain();
    });
    tell({ type: "ready" });
  } catch (error) {
    tell({ type: "boot-failed", message: messageOf(error) }, () => process.exit(1));
  }
}

function tell(message: WorkerMessage, onSent = () => {}): void {
  process.send?.(message, onSent);
}

/** Brings the worker up until it listens; returns what drains it. */
async function serve(config: Config, worker: number, log: Logger): Promise<() => void> {
  const executors = await startExecutors(config, log);
  const dispatcher = new Dispatcher({ ...config, clock: systemClock });
  let draining = false;
  const app = createApp({
    identity: { worker, pid: process.pid },
    tasks: await loadTasks(config),
    dispatcher,
    executors,
    defaultExecutor: config.executor,
    bodyLimitBytes: config.bodyLimitBytes,
    accessLog: config.accessLog === "all",
    log,
    draining: () => draining,
  });
  const socketTimeoutMs = config.queueTimeoutMs + config.runTimeoutMs + readingMs;
  const server = createHttpServer(app, { ...config, socketTimeoutMs });
  const connections = new Connections(server);
  await listen(server, config);

  return () => {
    if (draining) return;
    draining = true;
    setTimeout(() => dispatcher.close(), config.drainTimeoutMs - lastAnswersMs);
    setTimeout(() => process.exit(1), config.drainTimeoutMs); // The primary may not be draining.
    void connections.drain(config.drainTimeoutMs / 2).then(() => end(executors));
  };
}

/** Every executor that this server has. */
async function startExecutors(config: Config, log: Logger): Promise<Map<ExecutorName, Executor>> {
  const executors = new Map<ExecutorName, Executor>([
    ["inline", new InlineExecutor()],
    ["libuv", new LibuvExecutor()],
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

async function loadTasks(config: Config): Promise<TaskRegistry> {
  const own = await Promise.all(config.taskFiles.map(loadTaskFile));
  return createRegistry([...builtInTasks(config), ...own.flat()]);
}

async function listen(server: Server, { host, port, balance }: Config): Promise<void> {
  const reusePort = balance === "reuse-port";
  server.listen({ host, port, exclusive: reusePort, reusePort });
  try {
    await once(server, "listening");
  } catch (error) {
    const advice = "Stop the program that holds it, or choose another with --port.";
    throw new Error(`Cannot listen on port ${port} of ${host}: ${messageOf(error)}. ${advice}`);
  }
}

async function end(executors: ReadonlyMap<ExecutorName, Executor>): Promise<void> {
  for (const executor of executors.values()) await executor.close();
  process.exit(0);
}

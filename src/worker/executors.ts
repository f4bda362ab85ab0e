/** The executors that a worker can have. To add one, add its line to `starts`. */
import type { Logger } from "pino";
import type { Executor } from "../compute/executor.ts";
import { InlineExecutor } from "../compute/executors/inline.ts";
import { LibuvExecutor } from "../compute/executors/libuv.ts";
import { ThreadsExecutor } from "../compute/executors/threads/threads.ts";
import { type Config, type ExecutorName, executors, hasThreadPool } from "../config/config.ts";

/** Starts an executor; undefined where this configuration has no room for it. */
type Start = (config: Config, log: Logger) => Promise<Executor> | Executor | undefined;

const starts: Readonly<Record<ExecutorName, Start>> = {
  inline: () => new InlineExecutor(),
  libuv: (config) => new LibuvExecutor({ nice: executors[config.executor].usesLibuvPool }),
  threads: (config, log) => (hasThreadPool(config) ? startThreads(config, log) : undefined),
};

/** Every executor that this server has. The first one is the configured one, and takes jobs first. */
export async function startExecutors(
  config: Config,
  log: Logger,
): Promise<Map<ExecutorName, Executor>> {
  const names = Object.keys(starts) as ExecutorName[];
  names.sort((a, b) => Number(b === config.executor) - Number(a === config.executor));
  const started = new Map<ExecutorName, Executor>();
  for (const name of names) {
    const executor = await starts[name](config, log);
    if (executor) started.set(name, executor);
  }
  return started;
}

function startThreads(config: Config, log: Logger): Promise<Executor> {
  const { threads, taskFiles, threadMemoryBytes: heapBytes } = config;
  const onError = (err: Error) => log.error({ err }, "a thread failed while it had no run");
  return ThreadsExecutor.start({ threads, heapBytes, taskFiles, onError });
}

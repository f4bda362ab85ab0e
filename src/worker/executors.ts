/** The executors that a worker can have. To add one, add its line to `starts`. */
import type { Logger } from "pino";
import type { Executor } from "../compute/executor.ts";
import { InlineExecutor } from "../compute/executors/inline.ts";
import { LibuvExecutor } from "../compute/executors/libuv.ts";
import { ThreadsExecutor } from "../compute/executors/threads/threads.ts";
import { type Config, type ExecutorName, executors, hasExecutor } from "../config/config.ts";
import type { Telemetry } from "../telemetry/events.ts";
import type { TaskSetups } from "./task-setups.ts";

/** Starts an executor. Called for those that this configuration has. */
type Start = (config: Config, setups: TaskSetups, told: Told) => Promise<Executor> | Executor;

/** Where it says what becomes of its threads. */
interface Told {
  readonly log: Logger;
  readonly telemetry: Telemetry;
}

const starts: Readonly<Record<ExecutorName, Start>> = {
  inline: (_, { loop }) => new InlineExecutor(loop),
  libuv: (config, { loop }) =>
    new LibuvExecutor({ nice: executors[config.executor].usesLibuvPool, setups: loop }),
  threads: startThreads,
};

/** Every executor that this server has. The first one is the configured one, and takes jobs first. */
export async function startExecutors(
  config: Config,
  setups: TaskSetups,
  told: Told,
): Promise<Map<ExecutorName, Executor>> {
  const names = Object.keys(starts) as ExecutorName[];
  names.sort((a, b) => Number(b === config.executor) - Number(a === config.executor));
  const started = new Map<ExecutorName, Executor>();
  for (const name of names) {
    if (hasExecutor(config, name)) started.set(name, await starts[name](config, setups, told));
  }
  return started;
}

function startThreads(config: Config, setups: TaskSetups, told: Told): Promise<Executor> {
  const { log, telemetry } = told;
  const { threads, taskFiles, threadMemoryBytes: heapBytes } = config;
  const onError = (err: Error) => log.error({ err }, "a thread failed while it had no run");
  return ThreadsExecutor.start({
    ...{ threads, heapBytes, taskFiles, onError },
    onEnd: (ended) => telemetry.emit("thread.ended", ended),
    setups: setups.threads,
  });
}

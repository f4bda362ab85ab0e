import { type Config, freeze } from "./resolve.ts";

/** Holds a worker's configuration, as JSON. The primary sets it; it is no option of the user's. */
export const workerVariable = "MANYCORE_WORKER_CONFIG";

/** What the primary tells a worker when it forks it. */
export interface WorkerConfig {
  readonly config: Config;
  /** The worker's number, from 1. A replacement has the number of the one that it replaces. */
  readonly worker: number;
  /** The lock that the worker of a queue holds as long as it lives; undefined without a queue. */
  readonly queueLock?: string | undefined;
}

/** The environment that carries the resolved configuration to a worker, as JSON. */
export function encodeWorkerConfig(
  config: Config,
  worker: number,
  queueLock?: string,
): Record<string, string> {
  return { [workerVariable]: JSON.stringify({ config, worker, queueLock } satisfies WorkerConfig) };
}

/**
 * Reads what `encodeWorkerConfig` wrote; frozen.
 *
 * @throws Error where the variable is missing or is not the primary's.
 */
export function readWorkerConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const { config, worker, queueLock } = parsed(env[workerVariable] ?? "");
  if (config === undefined || worker === undefined) {
    throw new Error(`${workerVariable} is set by the primary only: start a worker through it`);
  }
  return Object.freeze({ config: freeze(config), worker, queueLock });
}

/** The primary of the same build wrote it, hence no check of every field. */
function parsed(json: string): Partial<WorkerConfig> {
  try {
    return Object(JSON.parse(json)) as Partial<WorkerConfig>;
  } catch {
    return {};
  }
}

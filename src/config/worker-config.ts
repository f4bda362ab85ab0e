import { type Config, freeze } from "./resolve.ts";

/** Holds a worker's configuration, as JSON. The primary sets it; it is no option of the user's. */
export const workerVariable = "MANYCORE_WORKER_CONFIG";

/** What the primary gives a worker when it forks it. */
export interface WorkerConfig {
  readonly config: Config;
  /** The worker's number, from 1. A replacement keeps the number. */
  readonly worker: number;
  /** What each service of the primary has for its end in the worker, by the service's name. */
  readonly services: Readonly<Record<string, unknown>>;
}

/** The variable that carries the configuration to a worker. */
export function encodeWorkerConfig(
  config: Config,
  worker: number,
  services: WorkerConfig["services"] = {},
): Record<string, string> {
  const settings: WorkerConfig = { config: withoutPassword(config), worker, services };
  return { [workerVariable]: JSON.stringify(settings) };
}

/** A task can read what its worker has. The primary alone speaks to the queue's Redis. */
function withoutPassword(config: Config): Config {
  const { queue } = config;
  return queue.kind === "redis" ? { ...config, queue: { ...queue, password: null } } : config;
}

/**
 * Reads what `encodeWorkerConfig` wrote. The result is frozen.
 *
 * @throws Error if the variable is missing, or another program wrote it
 */
export function readWorkerConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const { config, worker, services = {} } = parsed(env[workerVariable] ?? "");
  if (config === undefined || worker === undefined) {
    throw new Error(`${workerVariable} is set by the primary only: start a worker through it`);
  }
  return Object.freeze({ config: freeze(config), worker, services });
}

/** The fields are not checked: a primary of the same build wrote them. */
function parsed(json: string): Partial<WorkerConfig> {
  try {
    return Object(JSON.parse(json)) as Partial<WorkerConfig>;
  } catch {
    return {};
  }
}

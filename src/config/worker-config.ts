import { type Config, freeze } from "./resolve.ts";

/** Holds a worker's configuration, as JSON. The primary sets it; it is no option of the user's. */
export const workerVariable = "MANYCORE_WORKER_CONFIG";

/** What the primary tells a worker when it forks it. */
export interface WorkerConfig {
  readonly config: Config;
  /** The worker's number, from 1. A replacement has the number of the one that it replaces. */
  readonly worker: number;
  /** What each service of the primary has for its end in the worker, by the service's name. */
  readonly services: Readonly<Record<string, unknown>>;
}

/** The environment that carries the resolved configuration to a worker, as JSON. */
export function encodeWorkerConfig(
  config: Config,
  worker: number,
  services: WorkerConfig["services"] = {},
): Record<string, string> {
  return { [workerVariable]: JSON.stringify({ config, worker, services } satisfies WorkerConfig) };
}

/**
 * Reads what `encodeWorkerConfig` wrote; frozen.
 *
 * @throws Error where the variable is missing or is not the primary's.
 */
export function readWorkerConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const { config, worker, services = {} } = parsed(env[workerVariable] ?? "");
  if (config === undefined || worker === undefined) {
    throw new Error(`${workerVariable} is set by the primary only: start a worker through it`);
  }
  return Object.freeze({ config: freeze(config), worker, services });
}

/** The primary of the same build wrote it, hence no check of every field. */
function parsed(json: string): Partial<WorkerConfig> {
  try {
    return Object(JSON.parse(json)) as Partial<WorkerConfig>;
  } catch {
    return {};
  }
}

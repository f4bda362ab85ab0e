/** How node:cluster starts worker processes, and what each of them gets in its environment. */
import cluster from "node:cluster";
import { fileURLToPath } from "node:url";
import type { Life } from "../../channel/life.ts";
import { type Config, encodeWorkerConfig, executors } from "../../config/config.ts";
import type { Service } from "../service.ts";
import { workerFlags } from "./worker-flags.ts";

/** To be called before the first fork: Node reads it then. */
export function setUpCluster({ balance }: Config, entry: string | URL): void {
  // With reuse-port no worker asks the primary for a socket.
  cluster.schedulingPolicy = balance === "os" ? cluster.SCHED_NONE : cluster.SCHED_RR;
  // Node adds an inspector port for each worker.
  const execArgv = workerFlags(process.execArgv);
  // The last of `stdio` is the lifeline.
  const stdio = ["inherit", "inherit", "inherit", "ipc", "pipe"] as const;
  const serialization = "advanced"; // See wire.ts.
  const exec = entry instanceof URL ? fileURLToPath(entry) : entry;
  cluster.setupPrimary({ exec, args: [], execArgv, serialization, stdio: [...stdio] });
}

/** @param number the worker's place in the server */
export function environmentOf(
  life: Life,
  number: number,
  config: Config,
  services: readonly Service[],
): Record<string, string> {
  const settings = services.map((each) => [each.name, each.settingsForWorker(life)]);
  const env = encodeWorkerConfig(config, number, Object.fromEntries(settings));
  if (!executors[config.executor].usesLibuvPool) return env;
  // libuv reads it before any code of the worker runs.
  return { ...env, UV_THREADPOOL_SIZE: String(config.threads) };
}

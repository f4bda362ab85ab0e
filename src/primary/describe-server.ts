import { type Config, packageVersion } from "../config/config.ts";
import type { ServerFigures } from "../telemetry/figures/figures.ts";
import { readPrimaryProcess } from "../telemetry/figures/process-state.ts";

/** @returns the server itself and the primary's process, for its figures */
export function describeServer(config: Config, workers: number): ServerFigures["server"] {
  const { mode, executor } = config;
  return {
    ...{ version: packageVersion(), node: process.version, pid: process.pid },
    uptimeMs: process.uptime() * 1000,
    ...{ mode, executor, workers },
    process: readPrimaryProcess(),
  };
}

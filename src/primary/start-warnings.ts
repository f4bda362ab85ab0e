import { type Config, layoutWarnings, ownTaskWarnings } from "../config/config.ts";
import { guardWarnings } from "../config/guard-settings.ts";
import { descriptorLimit } from "../telemetry/descriptors.ts";
import { descriptorWarnings } from "./descriptor-warnings.ts";
import { processOneWarnings } from "./processes/process-one.ts";

/** What an operator should know of this configuration, in words for the log. */
export function startWarnings(config: Config): string[] {
  return [
    ...layoutWarnings(config),
    ...ownTaskWarnings(config),
    ...guardWarnings(config),
    ...processOneWarnings(process.pid, config.taskFiles),
    ...descriptorWarnings(config, descriptorLimit()),
  ];
}

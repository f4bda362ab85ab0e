import { availableParallelism } from "node:os";
import { type Config, parseConfig } from "../config/config.ts";
import type { ManycoreConfig } from "../config/file/define-config.ts";
import { noSettings, readSettings } from "../config/file/settings.ts";
import { withTokenFiles } from "../config/token-files.ts";

/**
 * The configuration of what a program starts itself: its options are those of a configuration file.
 * Flags and variables of the program are its own, and not read.
 *
 * @param caller the function that got the options, for messages
 * @throws TypeError with a line for each mistake, which names the option and what is allowed
 */
export function embeddedConfig(options: ManycoreConfig, caller: string): Config {
  const settings = { ...noSettings, ...readSettings({ ...options }, caller, ".") };
  const parsed = withTokenFiles(parseConfig([], {}, availableParallelism(), [], settings));
  if (parsed.kind === "serve") return parsed.config;
  throw new TypeError(parsed.kind === "errors" ? parsed.errors.join("\n") : parsed.kind);
}

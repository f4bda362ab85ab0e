/**
 * The configuration: one table of options (`config/options.ts`), read from the command line and the
 * environment here and nowhere else. Every function takes what it reads as a parameter.
 */
import { helpText } from "./help.ts";
import { type OptionName, variableOf } from "./options.ts";
import { type Config, resolve } from "./resolve.ts";
import { type Given, readArguments, readEnvironment } from "./sources.ts";

export { optionsTable } from "./help.ts";
export {
  counted,
  hasThreadPool,
  layoutWarnings,
  modes,
  nativeFormWarnings,
  ownTaskWarnings,
} from "./layout.ts";
export {
  type AccessLog,
  type BalanceName,
  type ExecutorName,
  executorNames,
  executors,
  type LogFormat,
  type LogLevel,
  type ModeName,
  modeNames,
} from "./names.ts";
export type { Config } from "./resolve.ts";
export { withSource } from "./sources.ts";
export { printDuration } from "./values.ts";
export { packageVersion } from "./version.ts";
export { encodeWorkerConfig, readWorkerConfig, type WorkerConfig } from "./worker-config.ts";

export type ParsedConfig =
  | {
      readonly kind: "serve";
      readonly config: Config;
      /** What was set and is not used, for the log. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" }
  | { readonly kind: "errors"; readonly errors: readonly string[] };

/**
 * Reads the configuration. Flags win over variables, and `MANYCORE_` ones over plain ones. Never
 * throws: every mistake is told at once, a line each, with where it was made and what is allowed.
 *
 * @param argv what follows the script on the command line
 * @param availableParallelism of the machine, for `--cores auto`
 * @param addresses of the machine's network interfaces, for `HOST`
 */
export function parseConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  availableParallelism: number,
  addresses: readonly string[] = [],
): ParsedConfig {
  const flags = readArguments(argv);
  if (flags.help) return { kind: "help", text: helpText() };
  if (flags.version) return { kind: "version" };
  const variables = readEnvironment(env, addresses);
  const resolved = resolve(new Map([...variables.given, ...flags.given]), availableParallelism);
  const errors = [
    ...flags.errors,
    ...variables.errors,
    ...("errors" in resolved ? resolved.errors : []),
  ];
  if (errors.length > 0 || "errors" in resolved) {
    return { kind: "errors", errors: [...new Set(errors)] };
  }
  const warnings = [...variables.passedOver]
    .filter(([name]) => !flags.given.has(name))
    .map(([name, given]) => passedOverWarning(name, given));
  return { kind: "serve", config: resolved.config, warnings };
}

function passedOverWarning(name: OptionName, { source, text }: Given): string {
  return (
    `${source}=${text} is not an address of this machine, so it is not used. ` +
    `Set the address with --${name} or ${variableOf(name)}`
  );
}

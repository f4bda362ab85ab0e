/**
 * The configuration, from the command line and the environment. They are read here and nowhere
 * else. The options are in options.ts.
 */
import { createRequire } from "node:module";
import { readArguments } from "./arguments.ts";
import { startOf } from "./commands.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { readConfigFile } from "./file/read-file.ts";
import { type FileSettings, noSettings } from "./file/settings.ts";
import { helpText } from "./help.ts";
import { variableOf } from "./option.ts";
import { type OptionKey, optionOf } from "./options.ts";
import { queuePasswordVariable, withQueuePassword } from "./queue-password.ts";
import { type Config, freeze, type Given, resolve } from "./resolve.ts";
import { withTokenFiles } from "./token-files.ts";

export { isServerVariable } from "./environment.ts";
export {
  counted,
  hasExecutor,
  hasThreadPool,
  layoutOfMode,
  layoutWarnings,
  missingExecutorWarnings,
  nativeFormWarnings,
  ownTaskWarnings,
  usesThreadPool,
} from "./layout.ts";
export { printDuration } from "./measures.ts";
export {
  type ExecutorName,
  executorNames,
  executors,
  type ModeName,
  modeNames,
  modes,
} from "./modes.ts";
export { type Config, withChanged, withSource } from "./resolve.ts";
export {
  encodeWorkerConfig,
  readWorkerConfig,
  type WorkerConfig,
  workerVariable,
} from "./worker-config.ts";

export type ParsedConfig =
  | {
      readonly kind: "serve";
      readonly config: Config;
      /** Settings that were passed over, in words for the log. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" }
  | {
      readonly kind: "errors";
      readonly errors: readonly string[];
      /** Of the lines that report them. The default where that setting is wrong, too. */
      readonly logFormat: Config["logFormat"];
    };

/** Of a configuration that was read with its file. */
export interface ReadConfig {
  readonly parsed: ParsedConfig;
  /** The modules of the configuration file, as absolute paths. */
  readonly modules: readonly string[];
}

/** Reads the configuration, with that of the configuration file. Its parameters: `parseConfig`. */
export async function readConfig(
  argv: readonly string[],
  env: Environment,
  availableParallelism: number,
  addresses: readonly string[],
): Promise<ReadConfig> {
  const flags = readArguments(argv, startOf(env));
  const isAnswered = flags.help || flags.version;
  const variables = readEnvironment(env, addresses);
  const [chosen] = flags.given.get("configFile") ?? variables.given.get("configFile") ?? [];
  const file = isAnswered ? noSettings : await readConfigFile(chosen);
  const given = parseConfig(argv, env, availableParallelism, addresses, file);
  const parsed = withQueuePassword(withTokenFiles(given), env[queuePasswordVariable]);
  return { parsed, modules: file.modules };
}

/**
 * Makes the configuration. Flags win over variables, and these over the configuration file. Never
 * throws: it reports every mistake at once, a line each, with where it was made and what is allowed.
 *
 * @param argv what follows the script on the command line
 * @param availableParallelism of the machine, for `--cores auto`
 * @param addresses of the machine's network interfaces, for `HOST`
 * @param file what the configuration file sets
 */
export function parseConfig(
  argv: readonly string[],
  env: Environment,
  availableParallelism: number,
  addresses: readonly string[] = [],
  file: FileSettings = noSettings,
): ParsedConfig {
  const start = startOf(env);
  const flags = readArguments(argv, start);
  if (flags.help) return { kind: "help", text: helpText(start) };
  if (flags.version) return { kind: "version" };
  const variables = readEnvironment(env, addresses);
  const given = new Map([...file.given, ...variables.given, ...flags.given]);
  const { config, errors: wrongValues } = resolve(given, availableParallelism);
  const errors = [
    ...flags.errors,
    // The value of a flag that npm kept is left over as a word.
    ...(variables.isKeptByNpm ? [] : flags.strayErrors),
    ...variables.errors,
    ...file.errors,
    ...wrongValues,
  ];
  if (errors.length > 0) {
    return { kind: "errors", errors: [...new Set(errors)], logFormat: config.logFormat };
  }
  const warnings = [...variables.passedOver]
    .filter(([key]) => !flags.given.has(key))
    .map(([key, given]) => passedOverWarning(key, given));
  return { kind: "serve", config: withFile(config, file.file), warnings };
}

/** The file that was read takes the place of `auto`. */
function withFile(config: Config, file: string | undefined): Config {
  const chosen = config.configFile === "auto" ? "none" : config.configFile;
  return freeze({ ...config, configFile: file ?? chosen });
}

/** The version of the package. */
export function packageVersion(): string {
  // By the package's own name: the built file lies one folder deeper than the source.
  const manifest = createRequire(import.meta.url)("manycore/package.json") as { version: string };
  return manifest.version;
}

function passedOverWarning(key: OptionKey, { source, text }: Given): string {
  const option = optionOf(key);
  return (
    `${source}=${text} is not an address of this machine, so it is not used. ` +
    `Set the address with --${option.flag} or ${variableOf(option)}`
  );
}

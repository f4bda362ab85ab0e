/**
 * The configuration, from the command line and the environment. They are read here and nowhere
 * else. The options are in options.ts.
 */
import { createRequire } from "node:module";
import { readArguments } from "./arguments.ts";
import { startOf } from "./commands.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { helpText } from "./help.ts";
import { variableOf } from "./option.ts";
import { type OptionKey, optionOf } from "./options.ts";
import { type Config, type Given, resolve } from "./resolve.ts";

export { isServerVariable } from "./environment.ts";
export {
  counted,
  hasThreadPool,
  layoutOfMode,
  layoutWarnings,
  nativeFormWarnings,
  ownTaskWarnings,
} from "./layout.ts";
export {
  type ExecutorName,
  executorNames,
  executors,
  type ModeName,
  modeNames,
  modes,
} from "./modes.ts";
export { type Config, withSource } from "./resolve.ts";
export { printDuration } from "./values.ts";
export { encodeWorkerConfig, readWorkerConfig, type WorkerConfig } from "./worker-config.ts";

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

/**
 * Reads the configuration. Flags win over variables. Never throws: it reports every mistake at once,
 * a line each, with where it was made and what is allowed.
 *
 * @param argv what follows the script on the command line
 * @param availableParallelism of the machine, for `--cores auto`
 * @param addresses of the machine's network interfaces, for `HOST`
 */
export function parseConfig(
  argv: readonly string[],
  env: Environment,
  availableParallelism: number,
  addresses: readonly string[] = [],
): ParsedConfig {
  const start = startOf(env);
  const flags = readArguments(argv, start);
  if (flags.help) return { kind: "help", text: helpText(start) };
  if (flags.version) return { kind: "version" };
  const variables = readEnvironment(env, addresses);
  const given = new Map([...variables.given, ...flags.given]);
  const { config, errors: wrongValues } = resolve(given, availableParallelism);
  const errors = [
    ...flags.errors,
    // The value of a flag that npm kept is left over as a word.
    ...(variables.isKeptByNpm ? [] : flags.strayErrors),
    ...variables.errors,
    ...wrongValues,
  ];
  if (errors.length > 0) {
    return { kind: "errors", errors: [...new Set(errors)], logFormat: config.logFormat };
  }
  const warnings = [...variables.passedOver]
    .filter(([key]) => !flags.given.has(key))
    .map(([key, given]) => passedOverWarning(key, given));
  return { kind: "serve", config, warnings };
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

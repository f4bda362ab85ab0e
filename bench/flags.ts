import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearest } from "../src/config/nearest.ts";
import { optionNames } from "../src/config/options.ts";
import { messageOf, UsageError } from "./failures.ts";

/**
 * `parseArgs`, strict. Of a flag that it does not know it would say how to write a positional
 * argument that looks like one.
 *
 * @param onServerFlag what to do with a flag of the server's, which belongs elsewhere
 * @throws UsageError that names the flag and the remedy
 */
export function parseFlags<Config extends ParseArgsConfig>(
  config: Config,
  onServerFlag: string,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") throw new UsageError(messageOf(error));
    const [, flag = ""] = /'(-[^' ]*)/.exec(messageOf(error)) ?? [];
    const name = flag.replace(/^-+(no-)?/, "");
    if (optionNames.some((known) => known === name)) {
      throw new UsageError(`${flag} is a flag of the server. ${onServerFlag}`);
    }
    const meant = nearest(name, Object.keys(config.options ?? {}));
    const hint = meant === undefined ? "" : `. Did you mean --${meant}?`;
    throw new UsageError(`Unknown flag ${flag}${hint}`);
  }
}

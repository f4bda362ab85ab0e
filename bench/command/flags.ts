import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearest } from "../../src/config/nearest.ts";
import { optionNames } from "../../src/config/options.ts";
import { typedHere } from "./command-line.ts";
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
  tool: "bench" | "stress",
  onServerFlag: string,
): ReturnType<typeof parseArgs<Config>> {
  const own = Object.keys(config.options ?? {});
  refuseKept(own, tool);
  try {
    return parseArgs(config);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") throw new UsageError(messageOf(error));
    const [, flag = ""] = /'(-[^' ]*)/.exec(messageOf(error)) ?? [];
    const name = flag.replace(/^-+(no-)?/, "");
    const isOfServer = (one: string) => optionNames.some((known) => known === one);
    if (isOfServer(name)) throw new UsageError(`${flag} is a flag of the server. ${onServerFlag}`);
    const meant = nearest(name, [...own, ...optionNames]);
    if (meant === undefined) throw new UsageError(`Unknown flag ${flag}`);
    const hint = `Unknown flag ${flag}. Did you mean --${meant}?`;
    throw new UsageError(
      own.includes(meant) ? hint : `${hint} It is a flag of the server. ${onServerFlag}`,
    );
  }
}

/** Settings of npm's own, which somebody may have for all of their projects. */
const npmsOwn = ["only", "json", "help"];

/** `npm run bench --quick`: without a lone `--` npm takes a flag for its own, and hands it on so. */
function refuseKept(names: readonly string[], tool: "bench" | "stress"): void {
  if (process.env["npm_lifecycle_event"] !== tool) return;
  const kept = names.find(
    (name) =>
      !npmsOwn.includes(name) &&
      process.env[`npm_config_${name.replaceAll("-", "_")}`] !== undefined,
  );
  if (kept === undefined) return;
  throw new UsageError(
    `npm kept --${kept} for itself. Put a lone -- before: ${typedHere(tool, `--${kept} …`)}`,
  );
}

/** The value of `--input`. @throws UsageError where it is not JSON */
export function readInput(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(
      `--input ${JSON.stringify(text)}: not JSON (${messageOf(error)}). Quote it for the shell: --input '{"input":"abc"}'`,
    );
  }
}

/** @throws UsageError where it is no number, or not from `least` to `most` */
export function readNumber(flag: string, text: string, least: number, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${flag} ${text}: give a number from ${least} to ${most}`);
}

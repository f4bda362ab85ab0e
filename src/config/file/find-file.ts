/** Finds the configuration file. */
import { readdirSync, statSync } from "node:fs";

/** In the working folder one of these is read without being named. */
const usualNames = ["ts", "mts", "js", "mjs", "json"].map((each) => `manycore.config.${each}`);

/**
 * @param chosen `auto`, `none`, or a path from the working folder
 * @param source of that, for messages
 * @returns a path from the working folder; undefined where there is no such file, or none is wanted
 * @throws Error with the remedy
 */
export function findConfigFile(chosen: string, source: string): string | undefined {
  if (chosen === "none") return undefined;
  if (chosen !== "auto") return requireFile(chosen, source);
  const there = new Set(readdirSync("."));
  const [found, second] = usualNames.filter((name) => there.has(name));
  if (found === undefined || second === undefined) return found;
  throw new Error(
    `There are two configuration files, ${found} and ${second}. Remove one, or choose with --config`,
  );
}

function requireFile(path: string, source: string): string {
  if (path.includes("\0") || !statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new Error(
      `${source}: there is no file ${path} in ${process.cwd()}. Give the path of a configuration file, or none`,
    );
  }
  if (!/\.(m?[jt]s|json)$/.test(path)) {
    throw new Error(`${source}: ${path} must be .ts, .mts, .js, .mjs or .json`);
  }
  return path;
}

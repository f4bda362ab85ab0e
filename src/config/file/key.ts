import type { Option } from "../option.ts";

/** The option's name in a configuration file: `runTimeout` for `--run-timeout`. Some have none. */
export function keyInFile({ flag, notInFile }: Option<unknown>): string | undefined {
  if (notInFile) return undefined;
  return flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

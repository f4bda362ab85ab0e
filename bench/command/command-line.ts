import { type Start, typed } from "../../src/config/typed.ts";

/** A command of the package as it would be typed in a shell: `npm run bench -- --only 'a b'`. */
export function commandLine(
  tool: "bench" | "stress",
  argv: readonly string[],
  start?: Start,
): string {
  return typed(tool, argv.map(quoted).join(" "), start);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

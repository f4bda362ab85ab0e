import { type Command, type Start, startOf, typed } from "../../src/config/commands.ts";

/** A command of the package as it would be typed in a shell: `npm run bench -- --only 'a b'`. */
export function writeAsTyped(
  tool: "bench" | "stress",
  argv: readonly string[],
  start: Start = startOf(process.env),
): string {
  return typed(start, tool, argv.map(quote).join(" "));
}

/** A command as this user would type it, by the way that this process was started. */
export function writeTyped(command: Command, words?: string): string {
  return typed(startOf(process.env), command, words);
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

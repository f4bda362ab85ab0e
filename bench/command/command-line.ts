import { type Command, type Start, startOf, typed } from "../../src/config/commands.ts";

/** A command of the package as it would be typed in a shell: `npm run bench -- --only 'a b'`. */
export function commandLine(
  tool: "bench" | "stress",
  argv: readonly string[],
  start: Start = startOf(process.env),
): string {
  return typed(start, tool, argv.map(quoted).join(" "));
}

/** As `typed`, for a user who starts the next command as this one was started. */
export function typedHere(command: Command, words?: string): string {
  return typed(startOf(process.env), command, words);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

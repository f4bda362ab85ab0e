import { messageOf } from "../../src/errors.ts";
import type { CommandLine } from "./command-line.ts";
import { Interrupted, UsageError } from "./failures.ts";

export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/**
 * Says in one message what ended a command early.
 *
 * @param print takes the message; for stderr
 * @returns the exit code
 */
export function tellEnding(
  ending: unknown,
  { name, typed }: CommandLine,
  print: (text: string) => void,
): number {
  const message = messageOf(ending);
  if (!(ending instanceof UsageError)) {
    print(`${name}: ${message}\n`);
    return ending instanceof Interrupted ? ending.exitCode : exitCodes.failed;
  }
  const end = /[.?]$/.test(message) ? "" : ".";
  print(`${name}: ${message}${end}\nRun ${typed("--help")} for all options.\n`);
  return exitCodes.usage;
}

/** The command line is wrong: exit code 2. The message names the field and the remedy. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** The run could not begin or go on: exit code 1, with what was measured so far. */
export class RunError extends Error {
  override readonly name = "RunError";
}

/** What is to be compared with is not on this machine; the message says what is missing. */
export class NotHere extends Error {
  override readonly name = "NotHere";
}

/** A signal ended the run: it is no failure, and has an exit code of its own. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly exitCode: number;

  constructor(what: string, exitCode: number) {
    super(what);
    this.exitCode = exitCode;
  }
}

/** The time of the run is up. */
export class TimeUp extends Error {
  override readonly name = "TimeUp";
}

/** The message of anything that was thrown, an Error or not. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The command line is wrong: exit code 2. The message names the field and the remedy. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** The run could not begin or continue: exit code 1. What was measured so far is kept. */
export class RunError extends Error {
  override readonly name = "RunError";
}

/** The program to compare with is not on this machine; the message says what is missing. */
export class NotHere extends Error {
  override readonly name = "NotHere";
}

/** A signal ended the run. This is no failure, and has its own exit code. */
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

import { setImmediate as nextTurn } from "node:timers/promises";
import { endSignals, getExitCode } from "../load/processes/end-signals.ts";
import { Interrupted, UsageError } from "./failures.ts";

/** How often to check that npm is still there. */
const lookMs = 500;

/**
 * Aborts with an `Interrupted` on the first signal that ends a command. The second signal exits at
 * once. npm does not pass SIGTERM on, so the end of npm counts as one.
 */
export function stopOnSignals(): AbortController {
  const stop = new AbortController();
  for (const signal of endSignals) {
    const exitCode = getExitCode(signal);
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(exitCode);
      stop.abort(new Interrupted(`ended by ${signal}`, exitCode));
    });
  }
  if (process.env["npm_lifecycle_event"] !== undefined) stopWithoutParent(stop);
  process.stdout.on("error", reportLostOutput);
  process.stderr.on("error", () => {}); // there is nobody to tell
  return stop;
}

/**
 * What ended a run that failed: the signal's reason, if a signal came. A signal to the whole group
 * may have killed a child of ours first, and still be on its way to us.
 */
export async function findEnding(error: unknown, signal: AbortSignal): Promise<unknown> {
  await nextTurn();
  return signal.aborted && !(error instanceof UsageError) ? signal.reason : error;
}

function stopWithoutParent(stop: AbortController): void {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    stop.abort(new Interrupted("ended with npm, which had started it", getExitCode("SIGTERM")));
  }, lookMs);
  look.unref();
}

/** Reports lost output, and makes the command fail. */
function reportLostOutput({ code, message }: NodeJS.ErrnoException): void {
  // A reader that leaves (`| head`) wants no more. That is no failure.
  if (code === "EPIPE") return;
  process.stderr.write(
    `stdout cannot be written to (${message}): what was printed there is lost. --out DIR keeps a result in files\n`,
  );
  process.once("exit", () => {
    if (!process.exitCode) process.exitCode = 1;
  });
}

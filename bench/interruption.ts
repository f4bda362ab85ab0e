import { Interrupted } from "./failures.ts";

const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Aborts with an `Interrupted` on the first signal that ends a command; the second ends it at once. */
export function stopOnSignals(): AbortController {
  const stop = new AbortController();
  for (const [signal, exitCode] of Object.entries(signals)) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(exitCode);
      stop.abort(new Interrupted(`ended by ${signal}`, exitCode));
    });
  }
  process.stdout.on("error", lostOutput);
  process.stderr.on("error", () => {}); // there is nobody to tell
  return stop;
}

/** What could not be printed is said to be lost, and makes the command fail. */
function lostOutput({ code, message }: NodeJS.ErrnoException): void {
  // A reader that goes away (| head) wants no more, and is no reason to leave a server behind.
  if (code === "EPIPE") return;
  process.stderr.write(
    `stdout cannot be written to (${message}): what was printed there is lost. --out DIR keeps a result in files\n`,
  );
  process.once("exit", () => {
    if (!process.exitCode) process.exitCode = 1;
  });
}

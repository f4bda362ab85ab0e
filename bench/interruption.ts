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
  // A reader that goes away (| head) is no reason to leave a server behind.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  return stop;
}

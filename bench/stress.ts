/**
 * `npm run stress`: finds the load that an endpoint can take, overloads it, and watches it recover.
 * Progress goes to stderr, the results to stdout.
 */
import { stress } from "./stress/command.ts";
import { Interrupted } from "./stress/failures.ts";
import { LiveView, lineWatcher } from "./stress/live-view.ts";

const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const stop = new AbortController();
for (const [signal, exitCode] of Object.entries(signals)) {
  process.on(signal, () => {
    // The second time it ends at once.
    if (stop.signal.aborted) process.exit(exitCode);
    stop.abort(new Interrupted(`ended by ${signal}`, exitCode));
  });
}
// A reader that goes away (| head) is no reason to leave a server behind.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const { stderr } = process;
const colour = stderr.isTTY && !process.env["NO_COLOR"];
const watcher = stderr.isTTY
  ? new LiveView(stderr, colour)
  : lineWatcher((text) => stderr.write(text));
process.exitCode = await stress(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => stderr.write(text),
  watcher,
  stop,
});

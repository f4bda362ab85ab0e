/**
 * `npm run stress`: finds the load that an endpoint can take, overloads it, and watches it recover.
 * Progress goes to stderr, the results to stdout.
 */
import { stopOnSignals } from "./command/interruption.ts";
import { runStress } from "./stress/command.ts";
import { createLineWatcher, LiveView } from "./stress/terminal/live-view.ts";

const stop = stopOnSignals();

const { stderr } = process;
const colour = stderr.isTTY && !process.env["NO_COLOR"];
const watcher = stderr.isTTY
  ? new LiveView(stderr, colour)
  : createLineWatcher((text) => stderr.write(text));
process.exitCode = await runStress(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => stderr.write(text),
  watcher,
  stop,
});

/**
 * `npm run bench`: measures the real server in every mode and says what each gains and costs.
 * Progress goes to stderr, the results to stdout.
 */
import { isServerVariable } from "../src/config/config.ts";
import { stopOnSignals } from "./command/interruption.ts";
import { bench } from "./compare/command.ts";
import { LineProgress, LiveProgress } from "./compare/terminal/progress.ts";

const stop = stopOnSignals();
// Variants differ by their flags alone: a setting of the user's own would be in all of them.
for (const name of Object.keys(process.env)) {
  if (isServerVariable(name)) delete process.env[name];
}

const { stderr } = process;
const clock = { now: () => performance.now() };
const colour = !process.env["NO_COLOR"];
process.exitCode = await bench(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => stderr.write(text),
  createProgress: (totalMs) =>
    stderr.isTTY
      ? new LiveProgress(stderr, totalMs, clock, colour)
      : new LineProgress(stderr, totalMs, clock),
  signal: stop.signal,
});

/**
 * `npm run bench`: measures the real server in every mode and says what each gains and costs.
 * Progress goes to stderr, the results to stdout.
 */
import { stopOnSignals } from "./command/interruption.ts";
import { forgetServerVariables } from "./command/server-variables.ts";
import { runBench } from "./compare/command.ts";
import { LineProgress, LiveProgress } from "./compare/terminal/progress.ts";

const stop = stopOnSignals();
forgetServerVariables();

const { stderr } = process;
const clock = { now: () => performance.now() };
const colour = !process.env["NO_COLOR"];
process.exitCode = await runBench(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => stderr.write(text),
  createProgress: (totalMs) =>
    stderr.isTTY
      ? new LiveProgress(stderr, totalMs, clock, colour)
      : new LineProgress(stderr, totalMs, clock),
  signal: stop.signal,
});

/**
 * `npm run bench`: measures the real server in every mode and says what each gains and costs.
 * Progress goes to stderr, the results to stdout.
 */
import { bench } from "./run/command.ts";
import { Interrupted } from "./stress/failures.ts";
import { LineProgress, LiveProgress } from "./terminal/progress.ts";

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
// Variants differ by their flags alone: a setting of the user's own would be in all of them.
for (const name of Object.keys(process.env)) {
  if (/^(MANYCORE_|PORT$|HOST$)/.test(name)) delete process.env[name];
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

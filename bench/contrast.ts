/**
 * The process behind "Contrast" of control's page: the bench's comparison of some modes, told as it goes.
 * Takes the flags of `npm run bench`. Each line on descriptor 3 is a `ContrastEvent` as JSON. It ends
 * early when its stdin ends: then whoever wanted it is gone.
 */
import { Interrupted } from "./command/failures.ts";
import { stopOnSignals } from "./command/interruption.ts";
import { forgetServerVariables } from "./command/server-variables.ts";
import { runContrast } from "./page/command.ts";
import { openTelling } from "./page/open-telling.ts";

const stop = stopOnSignals();
forgetServerVariables();

process.stdin
  .on("end", () => stop.abort(new Interrupted("its page has ended it, or is gone", 0)))
  .resume();
process.exitCode = await runContrast(process.argv.slice(2), {
  tell: openTelling(),
  err: (text) => process.stderr.write(text),
  signal: stop.signal,
});
process.stdin.destroy();

/** `npm run bench:dev`: progress goes to stderr, answers to stdout. */
import { stopOnSignals } from "../command/interruption.ts";
import { forgetServerVariables } from "../command/server-variables.ts";
import { answerQuestions } from "./command.ts";

const { signal } = stopOnSignals();
forgetServerVariables();
process.exitCode = await answerQuestions(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  signal,
});

/** The options of `npm run stress`, for reading them and for `--help`. */
import { modeNames } from "../../../src/config/modes.ts";
import { writeTyped } from "../../command/as-typed.ts";
import type { CommandLine } from "../../command/command-line.ts";
import { defineInputOptions } from "../../command/given-input.ts";
import { defineRepeatable, defineSingle, defineToggle } from "../../command/option.ts";
import {
  readNumberFrom,
  readSecondsFrom,
  readText,
  readWholeNumberFrom,
} from "../../command/readers.ts";
import {
  defineOutputOptions,
  helpOption,
  seedOption,
  taskOptions,
} from "../../command/shared-options.ts";
import { latencyFigures } from "../search/objective.ts";
import { readHeader } from "./target-options.ts";
import { splitWords } from "./words.ts";

const targetOptions = {
  task: defineSingle(
    "NAME",
    readText,
    null,
    "A task of manycore. Default: hash where no URL is given.",
  ),
  ...defineInputOptions("the task's example; of hash its defaults, about 50 ms"),
  ...taskOptions,
  method: defineSingle("METHOD", readText, null, "Method for a URL that is loaded as it is."),
  body: defineSingle("TEXT", readText, null, "Body for a URL that is loaded as it is."),
  header: defineRepeatable(
    "'NAME: VALUE'",
    readHeader,
    "A header to send, with a task too. May be given several times.",
  ),
  "i-own-this-host": defineToggle("Allows a URL whose host is not this machine."),
  mode: defineSingle(
    "MODE",
    readText,
    null,
    `Mode of the server that is started: ${modeNames.join(", ")}.`,
  ),
  "server-flags": defineSingle(
    '"..."',
    splitWords,
    [],
    "More flags for that server. Everything after -- is one, too.",
  ),
};

const objectiveOptions = {
  slo: defineRepeatable(
    "OBJECTIVE",
    readText,
    `A limit on ${latencyFigures} (p99=200ms), or errors (errors=0.1%). May be given several times. Default: p99=500ms and errors=1%. 503 and 429 are errors here. Errors stay bounded by 1% unless given.`,
  ),
};

const boundOptions = {
  "max-rate": defineSingle(
    "N",
    readNumberFrom(0.1, 100_000),
    10_000,
    "Most requests a second of what is loaded, in every phase. Default: 10000. Beside them go at most ten a second of GET /, and two during an overload to look at refusals.",
  ),
  "max-seconds": defineSingle(
    "S",
    readSecondsFrom(1, 3_600),
    240_000,
    "Most time to measure in. Default: 240. Every phase is scaled into it: with less time the answer is less sure. Stopping a server that still has work takes some seconds more.",
  ),
  connections: defineSingle(
    "N",
    readWholeNumberFrom(1, 20_000),
    1_000,
    "Most connections. Default: 1000.",
  ),
  "step-seconds": defineSingle(
    "S",
    readSecondsFrom(0.2, 600),
    10_000,
    "Longest step of the search. Default: 10; at most a twelfth of --max-seconds. A step that confirms takes up to twice as long.",
  ),
  "hold-seconds": defineSingle(
    "S",
    readSecondsFrom(0.2, 600),
    15_000,
    "Longest overload. Default: 15; at most a quarter of the time that is left, or a third for the last one.",
  ),
};

const resultOptions = {
  ...defineOutputOptions(null, "stress.json and stress.html"),
  ...seedOption,
};

export const stressOptions = {
  ...targetOptions,
  ...objectiveOptions,
  ...boundOptions,
  ...resultOptions,
  ...helpOption,
};

export const stressCommand: CommandLine = {
  name: "stress",
  typed: (words) => writeTyped("stress", words),
  synopsis: "[OPTIONS] [URL] [-- SERVER FLAGS]",
  about:
    "Finds the highest rate of requests that meets an objective. Then it overloads the target to show how it sheds load, and watches it recover. Without a URL it starts manycore and loads that.",
  sections: [
    {
      title: "What is loaded",
      options: targetOptions,
      words: { URL: "An http:// URL that runs already. Without --task it is loaded as it is." },
    },
    { title: "What is asked of it", options: objectiveOptions },
    { title: "Bounds, which always hold", options: boundOptions },
    { title: "What comes out", options: { ...resultOptions, ...helpOption } },
  ],
  notes: [
    "Search: the rate doubles until a step misses the objectives, then it is bisected to within 10 %. A step is met if the upper 95 % confidence bound of its percentile is within the objective. For p99 that takes 299 requests of which none is slower, or 473 of which one is. A step is missed if even the lower bound is past the objective, if there are too many errors, or if its queue grew. A step that shows neither is repeated for longer, and then counts as missed. Steps take from 3 s to --step-seconds.",
    "Confirmation: a longer step then confirms the rate that was found. Where it misses, the rate goes down by 10 %, twice at most. A step that the generator could not drive is INVALID: it is repeated once, and is never a finding.",
    "Exit code: 0 done, 1 a failure, 2 a wrong command line, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP. What was measured is printed and written in every case.",
  ],
  serverFlagAdvice: `Put it after a -- of its own: ${writeTyped("stress", "-- --max-pending 50")}`,
};

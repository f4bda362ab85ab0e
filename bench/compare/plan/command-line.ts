/** The options of `npm run bench`, for reading them and for `--help`. */
import { modeNames } from "../../../src/config/modes.ts";
import { writeTyped } from "../../command/as-typed.ts";
import type { CommandLine } from "../../command/command-line.ts";
import { defineInputOptions } from "../../command/given-input.ts";
import { defineRepeatable, defineSingle, defineToggle } from "../../command/option.ts";
import {
  readListOf,
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
import { sizingOptions } from "./sizing-options.ts";

/** Parts of the comparison. All of them load the same servers. */
export const parts = ["gain", "latency", "placement", "crossover"] as const;
export type Part = (typeof parts)[number];

export const presetOptions = {
  quick: defineToggle("Takes about a minute. Without a preset it takes about three."),
  full: defineToggle("Takes about ten minutes: more ways to balance, more sizes, more rounds."),
  smoke: defineToggle("Runs everything once, as briefly as possible, to see that it works."),
};

const workOptions = {
  task: defineSingle(
    "NAME",
    readText,
    "hash",
    "The task to measure. Default: hash, about 10 ms a run, by GET /hash. Others are sent by POST.",
  ),
  ...defineInputOptions("one that suits the task, or its example"),
  ...taskOptions,
};

const scopeOptions = {
  modes: defineSingle(
    "A,B",
    readListOf(modeNames),
    null,
    `Of ${modeNames.join(", ")}. Default: all that can run the task.`,
  ),
  cores: defineSingle("N", readWholeNumberFrom(1, 1024), null, "Cores to use. Default: all."),
  only: defineRepeatable("A,B", readText, "Some of the parts below. They may also be plain words."),
};

export const lengthOptions = {
  rounds: defineSingle(
    "N",
    readWholeNumberFrom(1, 1000),
    null,
    "Interleaved rounds of the comparison.",
  ),
  seconds: defineSingle(
    "S",
    readSecondsFrom(0.1, 600),
    null,
    "Length of a cell: one variant in one round. Latency cells and warm-up are at least this long. From 1 s on, short runs of hash go before each cell of hash.",
  ),
};

/** What is measured, and for how long. */
export const measuringOptions = {
  ...presetOptions,
  ...workOptions,
  cores: scopeOptions.cores,
  only: scopeOptions.only,
  ...lengthOptions,
};

export const benchOptions = {
  ...presetOptions,
  ...workOptions,
  ...scopeOptions,
  ...lengthOptions,
  ...sizingOptions,
  ...seedOption,
  ...defineOutputOptions("bench-results", "bench.json and bench.html"),
  ...helpOption,
};

const partWords: Readonly<Record<Part, string>> = {
  gain: "Throughput, CPU time, GET / beside the load, start-up and memory.",
  latency: "The gain, and latency at several loads.",
  placement: "The gain, and which worker answers.",
  crossover:
    "The gain, and several lengths of runs (of hash) and sizes of inputs (of json), whatever the task is.",
};

export const benchCommand: CommandLine = {
  name: "bench",
  typed: (words) => writeTyped("bench", words),
  synopsis: "[OPTIONS] [PART...]",
  about:
    "Starts this server in every mode, loads it and checks every answer. Then it says what each way of using the cores gains and costs, for one task on this machine.",
  sections: [
    { title: "How long", options: { ...presetOptions, ...lengthOptions } },
    { title: "What", options: { ...workOptions, ...scopeOptions, ...seedOption } },
    { title: "Parts", options: {}, words: partWords },
    { title: "How many hosts", options: sizingOptions },
    {
      title: "Results",
      options: {
        ...defineOutputOptions("bench-results", "bench.json and bench.html"),
        ...helpOption,
      },
    },
  ],
  notes: [
    "The times are for runs of about 10 ms. Cells of longer runs are longer, so that each holds some twenty runs. The bench says at the start how long it will take.",
    "Progress goes to stderr, results to stdout. Ctrl-C, SIGTERM or SIGHUP ends the bench with what was measured so far. A second signal ends it at once.",
    "Exit code: 0 done, 1 a failure, 2 a wrong command line, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.",
  ],
  serverFlagAdvice: `The bench starts servers of its own: use --modes and --cores, or ${writeTyped("stress")}`,
};

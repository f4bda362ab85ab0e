/** The options of `npm run bench:dev`: questions that only developers of this project ask. */
import type { CommandLine } from "../command/command-line.ts";
import { helpOption } from "../command/shared-options.ts";
import { lengthOptions, presetOptions } from "../compare/plan/command-line.ts";
import { questions } from "./questions/questions.ts";

export const questionsOptions = { ...presetOptions, ...lengthOptions, ...helpOption };

export const questionsCommand: CommandLine = {
  name: "bench:dev",
  typed: (words = "--help") => `npm run bench:dev -- ${words}`,
  synopsis: "[OPTIONS] QUESTION...",
  about:
    "Answers questions about this project's own server, queue and load generator, each with a load of its own.",
  sections: [
    {
      title: "Questions",
      options: {},
      words: Object.fromEntries(questions.map(({ name, asks }) => [name, asks])),
    },
    { title: "How long", options: { ...presetOptions, ...lengthOptions } },
    { title: "Other", options: helpOption },
  ],
  notes: ["--smoke without a name answers every question.", "A signal ends it without an answer."],
  serverFlagAdvice: "Each question starts servers of its own",
};

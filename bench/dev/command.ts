/** `npm run bench:dev`, from the command line to the exit code. */
import { readArguments } from "../command/command-line.ts";
import { exitCodes, tellEnding } from "../command/ending.ts";
import { UsageError } from "../command/failures.ts";
import { writeHelp } from "../command/help.ts";
import { findEnding } from "../command/interruption.ts";
import { requireName } from "../command/readers.ts";
import { choosePreset, type PresetName } from "../compare/plan/options.ts";
import { questionsCommand, questionsOptions } from "./command-line.ts";
import type { Pace } from "./questions/question.ts";
import { questions } from "./questions/questions.ts";

export interface QuestionsIo {
  /** Answers. */
  readonly out: (text: string) => void;
  /** Progress and messages. */
  readonly err: (text: string) => void;
  /** Its reason is an `Interrupted`. */
  readonly signal: AbortSignal;
}

const lengths: Readonly<Record<PresetName, { rounds: number; cellMs: number }>> = {
  smoke: { rounds: 1, cellMs: 250 },
  quick: { rounds: 5, cellMs: 500 },
  default: { rounds: 15, cellMs: 1_000 },
  full: { rounds: 30, cellMs: 1_000 },
};

/** @returns the exit code */
export async function answerQuestions(argv: readonly string[], io: QuestionsIo): Promise<number> {
  try {
    const read = readArguments(questionsCommand, questionsOptions, argv);
    if (read === null) {
      io.out(writeHelp(questionsCommand));
      return exitCodes.ok;
    }
    const preset = choosePreset(read.values);
    const pace: Pace = {
      rounds: read.values.rounds ?? lengths[preset].rounds,
      cellMs: read.values.seconds ?? lengths[preset].cellMs,
      signal: io.signal,
      onCell: (label) => io.err(`${label}\n`),
    };
    const caveat = preset === "smoke" ? "\n(--smoke: too short for figures that mean much)" : "";
    for (const { name, asks, run } of chooseQuestions(read.words, preset)) {
      io.err(`${name}\n`);
      io.out(`\n${name}: ${asks}\n\n${await run(pace)}${caveat}\n`);
    }
    return exitCodes.ok;
  } catch (error) {
    return tellEnding(await findEnding(error, io.signal), questionsCommand, io.err);
  }
}

function chooseQuestions(words: readonly string[], preset: PresetName) {
  const names = questions.map(({ name }) => name);
  const chosen = words.map((word) => requireName("question", word, names));
  if (chosen.length > 0) return questions.filter(({ name }) => chosen.includes(name));
  if (preset === "smoke") return questions;
  throw new UsageError(`give a question: ${names.join(", ")}`);
}

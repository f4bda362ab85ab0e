import { type ModeName, modeNames } from "../../../src/config/modes.ts";
import { readArguments } from "../../command/command-line.ts";
import { UsageError } from "../../command/failures.ts";
import { type GivenInput, gatherInput } from "../../command/given-input.ts";
import { requireName } from "../../command/readers.ts";
import { benchCommand, benchOptions, measuringOptions, type Part, parts } from "./command-line.ts";
import { chooseSizing, type SizingAsked } from "./sizing-options.ts";

export type PresetName = "smoke" | "quick" | "default" | "full";

/** The command line, checked. Null: as the preset has it. */
export interface BenchOptions {
  readonly preset: PresetName;
  readonly task: string;
  /** Nothing takes an input that suits the task. */
  readonly input: GivenInput;
  readonly taskFiles: readonly string[];
  /** Null takes every mode that can run the task. */
  readonly modes: readonly ModeName[] | null;
  readonly cores: number | null;
  readonly rounds: number | null;
  readonly cellMs: number | null;
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly json: boolean;
  readonly out: string;
  /** Null compares modes. */
  readonly sizing: SizingAsked | null;
}

/**
 * @returns null where help is asked for
 * @throws UsageError that names the flag and the remedy
 */
export function readBenchOptions(argv: readonly string[]): BenchOptions | null {
  const read = readArguments(benchCommand, benchOptions, argv);
  if (read === null) return null;
  const { values, words, given } = read;
  const measuring = [
    ...given.filter((name) => Object.hasOwn(measuringOptions, name)).map((name) => `--${name}`),
    ...words,
  ];
  const sizing = chooseSizing(values, given, measuring);
  const { modes, only, seconds: cellMs, tasks: taskFiles, ...rest } = values;
  const { task, cores, rounds, seed, json, out } = rest;
  return {
    input: gatherInput(values),
    ...{ task, taskFiles, cores, rounds, cellMs, seed, json, out },
    preset: choosePreset(values, sizing === null ? "default" : "quick"),
    modes: modes && modeNames.filter((mode) => modes.includes(mode)),
    parts: chooseParts(
      [...words, ...only.flatMap((list) => list.split(","))],
      sizing === null ? parts : ["latency"],
    ),
    sizing,
  };
}

/** @throws UsageError where there are several */
export function choosePreset(
  chosen: { readonly smoke: boolean; readonly quick: boolean; readonly full: boolean },
  byDefault: PresetName = "default",
): PresetName {
  const names = (["smoke", "quick", "full"] as const).filter((name) => chosen[name]);
  if (names.length > 1) throw new UsageError(`--${names.join(" --")}: give one of them, or none`);
  return names[0] ?? byDefault;
}

function chooseParts(words: readonly string[], byDefault: readonly Part[]): readonly Part[] {
  const near = [...parts, ...Object.keys(benchOptions).map((name) => `--${name}`)];
  const chosen = words.map((word) => requireName("--only", word.trim(), parts, near));
  return chosen.length === 0 ? byDefault : parts.filter((part) => chosen.includes(part));
}

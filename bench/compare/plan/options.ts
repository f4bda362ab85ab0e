import { nearest } from "../../../src/config/nearest.ts";
import { typedHere } from "../../command/command-line.ts";
import { UsageError } from "../../command/failures.ts";
import { parseFlags, readInput, readNumber } from "../../command/flags.ts";

export const modes = ["single", "cluster", "threads", "hybrid", "libuv"] as const;
export type Mode = (typeof modes)[number];

/** Parts of the comparison, all from the same servers; and questions by themselves. */
export const parts = ["gain", "latency", "placement", "crossover"] as const;
export const questions = [
  "overhead",
  "overload",
  "generator",
  "jobs",
  "jobs-light",
  "jobs-recovery",
  "jobs-million",
] as const;
export type Part = (typeof parts)[number];
export type Question = (typeof questions)[number];

export type PresetName = "smoke" | "quick" | "default" | "full";

/** The command line, checked. Null: as the preset has it. */
export interface BenchOptions {
  readonly preset: PresetName;
  readonly task: string;
  /** Undefined takes an input that suits the task. */
  readonly input: unknown;
  readonly taskFiles: readonly string[];
  /** Null takes every mode that can run the task. */
  readonly modes: readonly Mode[] | null;
  readonly cores: number | null;
  readonly rounds: number | null;
  readonly cellMs: number | null;
  readonly seed: number;
  readonly parts: readonly Part[];
  readonly questions: readonly Question[];
  readonly json: boolean;
  readonly out: string;
}

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "self-test" }
  | { readonly kind: "bench"; readonly options: BenchOptions };

const flags = {
  quick: { type: "boolean", default: false },
  full: { type: "boolean", default: false },
  smoke: { type: "boolean", default: false },
  task: { type: "string", default: "hash" },
  input: { type: "string" },
  tasks: { type: "string", multiple: true, default: [] as string[] },
  modes: { type: "string" },
  cores: { type: "string" },
  rounds: { type: "string" },
  seconds: { type: "string" },
  seed: { type: "string", default: "1" },
  only: { type: "string", multiple: true, default: [] as string[] },
  json: { type: "boolean", default: false },
  out: { type: "string", default: "bench-results" },
  "self-test": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @throws UsageError that names the flag and the remedy */
export function readOptions(argv: readonly string[]): Command {
  const config = { args: [...argv], allowPositionals: true, options: flags };
  const advice = `The bench starts servers of its own: take --modes and --cores, or ${typedHere("stress")}`;
  const { values, positionals } = parseFlags(config, "bench", advice);
  if (values.help) return { kind: "help" };
  if (values["self-test"]) return { kind: "self-test" };
  const presets = (["smoke", "quick", "full"] as const).filter((name) => values[name]);
  if (presets.length > 1) {
    throw new UsageError(`--${presets.join(" --")}: give one of them, or none`);
  }
  const [preset = "default"] = presets;
  const chosen = [...positionals, ...values.only.flatMap((list) => list.split(","))];
  const near = [...parts, ...questions, ...Object.keys(flags).map((flag) => `--${flag}`)];
  const named = chosen.map((name) => known("--only", name.trim(), [...parts, ...questions], near));
  const all = preset === "smoke" ? [...parts, ...questions] : [...parts];
  const wanted = named.length === 0 ? all : named;
  const options: BenchOptions = {
    preset,
    task: values.task,
    input: values.input === undefined ? undefined : readInput(values.input),
    taskFiles: values.tasks,
    modes: values.modes === undefined ? null : readModes(values.modes),
    cores: values.cores === undefined ? null : whole("--cores", values.cores, 1, 1024),
    rounds: values.rounds === undefined ? null : whole("--rounds", values.rounds, 1, 1000),
    cellMs:
      values.seconds === undefined
        ? null
        : 1000 * readNumber("--seconds", values.seconds, 0.1, 600),
    seed: whole("--seed", values.seed, 0, 2 ** 31 - 1),
    parts: parts.filter((part) => wanted.includes(part)),
    questions: questions.filter((question) => wanted.includes(question)),
    json: values.json,
    out: values.out,
  };
  if (options.json && options.parts.length === 0) {
    const text = options.questions.join(" and ");
    throw new UsageError(`--json: ${text} has figures in words only. Leave --json out`);
  }
  return { kind: "bench", options };
}

function readModes(text: string): readonly Mode[] {
  const names = text.split(",").map((name) => known("--modes", name.trim(), modes));
  return modes.filter((mode) => names.includes(mode));
}

/** @param near what may have been meant, where that is more than the names */
function known<Name extends string>(
  flag: string,
  name: string,
  names: readonly Name[],
  near: readonly string[] = names,
): Name {
  const found = names.find((one) => one === name);
  if (found !== undefined) return found;
  const meant = nearest(name, near);
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  throw new UsageError(`${flag} ${name}: use ${names.join(", ")}.${hint}`);
}

function whole(flag: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${flag} ${text}: give a whole number from ${least} to ${most}`);
}

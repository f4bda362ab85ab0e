import { type ParseArgsConfig, parseArgs } from "node:util";
import { explainKept, isKeptByNpm } from "../../src/config/commands.ts";
import { nearest } from "../../src/config/nearest.ts";
import { optionNames } from "../../src/config/options.ts";
import { messageOf } from "../../src/errors.ts";
import { UsageError } from "./failures.ts";
import type { Options, ValuesOf } from "./option.ts";

/** A command: how it is typed, and its options by section of `--help`. */
export interface CommandLine {
  /** The npm script, and the prefix of messages. */
  readonly name: string;
  /** How it is typed, with these words after it. */
  readonly typed: (words?: string) => string;
  readonly synopsis: string;
  /** What it does. */
  readonly about: string;
  readonly sections: readonly HelpSection[];
  /** More paragraphs, after the options. */
  readonly notes: readonly string[];
  /** The remedy for a flag of the server, which does not belong here. */
  readonly serverFlagAdvice: string;
}

export interface HelpSection {
  readonly title: string;
  readonly options: Options;
  /** Words that are not options, each with what it does. */
  readonly words?: Readonly<Record<string, string>>;
}

export interface ReadArguments<Table extends Options> {
  readonly values: ValuesOf<Table>;
  readonly words: readonly string[];
  /** Names of the options that stand on the command line. */
  readonly given: readonly string[];
}

/**
 * Reads a command line, strictly.
 *
 * @returns null where help is asked for
 * @throws UsageError that names the flag and the remedy
 */
export function readArguments<Table extends Options>(
  command: CommandLine,
  options: Table,
  argv: readonly string[],
): ReadArguments<Table> | null {
  refuseKept(command, Object.keys(options));
  const { values, positionals } = parse(command, options, argv);
  if (values["help"] !== undefined) return null;
  const read = Object.entries(options).map(([name, option]) => [
    name,
    option.read(listGiven(values[name]), `--${name}`),
  ]);
  const found = Object.fromEntries(read) as ValuesOf<Table>;
  return { values: found, words: positionals, given: Object.keys(values) };
}

function listGiven(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [String(value)];
}

function parse(command: CommandLine, options: Options, argv: readonly string[]) {
  const flags: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { placeholder }] of Object.entries(options)) {
    flags[name] = placeholder === null ? { type: "boolean" } : { type: "string", multiple: true };
    if (name === "help") flags[name].short = "h";
  }
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options: flags });
  } catch (error) {
    throw new UsageError(whyRefused(error, command, Object.keys(options)));
  }
}

/**
 * The reason in our words: those of parseArgs explain how to pass the flag as a positional
 * argument.
 */
function whyRefused(error: unknown, command: CommandLine, own: readonly string[]): string {
  const { code } = error as { readonly code?: unknown };
  if (code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") return messageOf(error);
  const [, flag = ""] = /'(-[^' ]*)/.exec(messageOf(error)) ?? [];
  const name = flag.replace(/^-+(no-)?/, "");
  const ofServer = `a flag of the server. ${command.serverFlagAdvice}`;
  if (optionNames.some((known) => known === name)) return `${flag} is ${ofServer}`;
  const meant = nearest(name, [...own, ...optionNames]);
  if (meant === undefined) return `Unknown flag ${flag}`;
  const hint = `Unknown flag ${flag}. Did you mean --${meant}?`;
  return own.includes(meant) ? hint : `${hint} It is ${ofServer}`;
}

/** Settings of npm itself. A user may have them for all projects. */
const npmsOwn = ["only", "json", "help"];

/** `npm run bench --quick`: without a lone `--`, npm keeps the flag and sets a variable instead. */
function refuseKept({ name, typed }: CommandLine, flags: readonly string[]): void {
  if (process.env["npm_lifecycle_event"] !== name) return;
  const kept = flags.find((flag) => !npmsOwn.includes(flag) && isKeptByNpm(flag, process.env));
  if (kept === undefined) return;
  throw new UsageError(explainKept(kept, typed(`--${kept} …`)));
}

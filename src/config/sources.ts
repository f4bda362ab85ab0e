import { delimiter } from "node:path";
import { parseArgs } from "node:util";
import { nearest } from "./nearest.ts";
import { type OptionName, optionNames, options, variableOf } from "./options.ts";
import { isServiceLink } from "./service-links.ts";
import { isShellHost } from "./shell-host.ts";
import { typed } from "./typed.ts";

/** One value as the user wrote it. */
export interface Given {
  readonly text: string;
  /** Where it was written: `--port`, `MANYCORE_PORT` or `PORT`. */
  readonly source: string;
}

/** `8000 (PORT)`: a value for a message, with where it was set; a default stands alone. */
export function withSource(value: string | number, source: string | undefined): string {
  return source === undefined ? String(value) : `${value} (${source})`;
}

export type GivenValues = ReadonlyMap<OptionName, readonly Given[]>;

export interface ReadArguments {
  readonly given: GivenValues;
  readonly help: boolean;
  readonly version: boolean;
  readonly errors: readonly string[];
}

export interface ReadEnvironment {
  readonly given: GivenValues;
  /** Variables that others set for themselves, under the option that they would have set. */
  readonly passedOver: ReadonlyMap<OptionName, Given>;
  readonly errors: readonly string[];
}

/** Holds a worker's configuration, from the primary; no option of the user's. */
export const workerVariable = "MANYCORE_WORKER_CONFIG";

const valueFlags = Object.fromEntries(
  optionNames.map((name) => [name, { type: "string" }] as const),
);

/**
 * Reads the command line, without the node binary and the script. Never throws. Of a flag that comes
 * several times the last one counts, so that what a script says can be overruled at its end.
 *
 * `parseArgs` cuts the arguments into tokens, unstrictly: it would report the first mistake only,
 * and in its own words.
 */
export function readArguments(argv: readonly string[]): ReadArguments {
  const given = new Map<OptionName, readonly Given[]>();
  const errors: string[] = [];
  const seen = { help: false, version: false };
  for (const token of tokensOf(argv)) {
    if (token.kind === "argument") {
      errors.push(unexpected(token.text));
    } else if (token.name === "help" || token.name === "version") {
      seen[token.name] = true;
    } else if (!isOption(token.name)) {
      errors.push(unknownFlag(token.raw));
    } else if (token.value === undefined) {
      errors.push(`--${token.name} needs a value. Use ${options[token.name].kind.allowed}`);
    } else {
      const value = { text: token.value, source: `--${token.name}` };
      const earlier = "repeatable" in options[token.name] ? given.get(token.name) : undefined;
      given.set(token.name, [...(earlier ?? []), value]);
    }
  }
  return { given, ...seen, errors };
}

/**
 * Reads `MANYCORE_*`, and `HOST` and `PORT`. An empty variable counts as one that is not set.
 *
 * @param addresses of this machine's network interfaces
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  addresses: readonly string[],
): ReadEnvironment {
  const given = new Map<OptionName, readonly Given[]>();
  const passedOver = new Map<OptionName, Given>();
  for (const name of optionNames) {
    const option = options[name];
    const plain = "plainVariable" in option ? [option.plainVariable] : [];
    const source = [variableOf(name), ...plain].find((variable) => isSet(variable, env[variable]));
    const value = source === undefined ? undefined : env[source];
    if (source === undefined || value === undefined) continue;
    if (isShellHost(source, value, addresses)) {
      passedOver.set(name, { text: value, source });
      continue;
    }
    const texts = "repeatable" in option ? value.split(delimiter).filter(Boolean) : [value];
    given.set(
      name,
      texts.map((text) => ({ text, source })),
    );
  }
  return { given, passedOver, errors: [...keptByNpm(env), ...unknownVariables(env)] };
}

type Token =
  | { readonly kind: "argument"; readonly text: string }
  | {
      readonly kind: "flag";
      readonly name: string;
      /** As it was written, without its value. */
      readonly raw: string;
      readonly value: string | undefined;
    };

function tokensOf(argv: readonly string[]): Token[] {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      ...valueFlags,
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" },
    },
  });
  const found: Token[] = [];
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      found.push({ kind: "argument", text: token.value });
      continue;
    }
    // `--port --host x`: parseArgs takes `--host` for the port. No value of ours starts like a
    // flag, so the value is missing, and what was taken for it is read again as a flag.
    if (token.inlineValue === false && /^--?[a-z]/i.test(token.value)) {
      found.push({ kind: "flag", name: token.name, raw: token.rawName, value: undefined });
      return [...found, ...tokensOf(argv.slice(token.index + 1))];
    }
    // `-port` comes as `-p -o -r -t`: told as one unknown flag.
    const whole = argv[token.index] ?? token.rawName;
    const raw = whole.startsWith("--") ? token.rawName : whole;
    found.push({ kind: "flag", name: token.name, raw, value: token.value });
  }
  return found;
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(options, name);
}

function unexpected(argument: string): string {
  const what = `Unexpected argument ${quote(argument)}: every setting is a flag, see --help`;
  if (/\.[cm]?[jt]s$/.test(argument)) return `${what}. For a task file: --tasks ${argument}`;
  const flag = nearest(argument, ["help", "version"] as const);
  if (flag !== undefined) return `${what}. Did you mean --${flag}?`;
  const tool = nearest(argument, ["bench", "stress"] as const);
  return tool === undefined ? what : `${what}. Did you mean ${typed(tool)}?`;
}

function unknownFlag(raw: string): string {
  const bare = raw === "-p" ? "port" : raw.replace(/^-+(no-)?/, "");
  const meant = nearest(bare, [...optionNames, "help", "version"] as const);
  return `Unknown flag ${quote(raw)}. ${meant === undefined ? "See --help" : `Did you mean --${meant}?`}`;
}

function unknownVariables(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = [...optionNames.map(variableOf), workerVariable];
  return Object.entries(env)
    .filter(([name, value]) => name.startsWith("MANYCORE_") && isSet(name, value))
    .filter(([name]) => !known.includes(name))
    .map(([name]) => {
      const meant = nearest(bareName(name), optionNames);
      const advice = meant === undefined ? "See --help" : `Did you mean ${variableOf(meant)}?`;
      return `Unknown variable ${name}. ${advice}`;
    });
}

/** `npm start --port 9000`: without a lone `--` npm takes a flag for its own, and hands it on so. */
function keptByNpm(env: Readonly<Record<string, string | undefined>>): string[] {
  if (env["npm_lifecycle_event"] !== "start" && env["npm_lifecycle_event"] !== "dev") return [];
  return optionNames
    .filter((name) => env[`npm_config_${name.replaceAll("-", "_")}`] !== undefined)
    .map((name) => `npm kept --${name} for itself. Put a lone -- before: npm start -- --${name} …`);
}

function isSet(name: string, value: string | undefined): boolean {
  return value !== undefined && value !== "" && !isServiceLink(name, value);
}

/** `max-pending` for `MANYCORE_MAX_PENDING`. */
function bareName(variable: string): string {
  return variable.slice("MANYCORE_".length).toLowerCase().replaceAll("_", "-");
}

export function quote(text: string): string {
  return JSON.stringify(text);
}

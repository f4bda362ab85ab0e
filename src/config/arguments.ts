/** Reads the command line. */
import { parseArgs } from "node:util";
import { commandNames, type Start, typed } from "./commands.ts";
import { nearest } from "./nearest.ts";
import { keyOf, type OptionKey, optionKeys, optionNames, optionOf } from "./options.ts";
import type { Given, GivenValues } from "./resolve.ts";
import { isTaskSource } from "./task-sources.ts";

export interface ReadArguments {
  readonly given: GivenValues;
  readonly help: boolean;
  readonly version: boolean;
  readonly errors: readonly string[];
  /** Errors about words that are neither flags nor tasks. */
  readonly strayErrors: readonly string[];
}

/**
 * Reads `[serve] [FLAGS] [FILE|FOLDER|PACKAGE...]`: what follows the script on the command line. Never throws. If a
 * flag comes several times the last one counts, so that a user can overrule what a script says.
 *
 * `parseArgs` only cuts the arguments into tokens. By itself it would report the first mistake only.
 */
export function readArguments(argv: readonly string[], start: Start): ReadArguments {
  const given = new Map<OptionKey, readonly Given[]>();
  const errors: string[] = [];
  const strayErrors: string[] = [];
  const seen = { help: false, version: false };
  const add = (key: OptionKey, value: Given) => {
    const earlier = optionOf(key).repeatable ? (given.get(key) ?? []) : [];
    given.set(key, [...earlier, value]);
  };
  let isAfterUnknown = false;
  for (const token of tokensOf(argv[0] === "serve" ? argv.slice(1) : argv)) {
    if (token.kind === "word") {
      // After an unknown flag a word is that flag's value: one mistake, one line.
      if (looksLikePath(token.text) || (!isAfterUnknown && isBareSource(token.text))) {
        add("taskFiles", { text: token.text, source: "FILE" });
      } else if (!isAfterUnknown) strayErrors.push(strayError(token.text, start));
      isAfterUnknown = isFlagLike(token.text);
      continue;
    }
    isAfterUnknown = false;
    const key = keyOf(token.flag);
    if (token.flag === "help" || token.flag === "version") {
      seen[token.flag] = true;
    } else if (key === undefined) {
      errors.push(unknownFlag(token.raw));
      isAfterUnknown = token.value === undefined;
    } else if (token.value === undefined && optionOf(key).kind.bare === undefined) {
      errors.push(`${token.raw} needs a value. Use ${optionOf(key).kind.allowed}`);
    } else {
      add(key, { text: token.value ?? optionOf(key).kind.bare ?? "", source: token.raw });
    }
  }
  return { given, ...seen, errors, strayErrors };
}

type Token =
  | { readonly kind: "word"; readonly text: string }
  | {
      readonly kind: "flag";
      /** Its long form, without the dashes. */
      readonly flag: string;
      /** As it was typed, without its value. */
      readonly raw: string;
      readonly value: string | undefined;
    };

const flagTypes = Object.fromEntries(
  optionKeys.map(optionOf).map(({ flag, short, kind }) => {
    // As a boolean, `--watch ./a.ts` leaves the file alone.
    const type = kind.bare === undefined ? "string" : "boolean";
    return [flag, { type, ...(short !== undefined && { short }) }] as const;
  }),
);

function tokensOf(words: readonly string[]): Token[] {
  const argv = joinSwitches(words);
  const { tokens } = parseArgs({
    args: argv,
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      ...flagTypes,
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" },
    },
  });
  const found: Token[] = [];
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      found.push({ kind: "word", text: token.value });
      continue;
    }
    const { name, rawName, value, inlineValue, index } = token;
    // In `--port --host x` parseArgs takes `--host` for the port. None of our values looks like a
    // flag, so the port has no value, and the rest is read again.
    if (inlineValue === false && isFlagLike(value)) {
      found.push({ kind: "flag", flag: name, raw: rawName, value: undefined });
      return [...found, ...tokensOf(argv.slice(index + 1))];
    }
    const whole = argv[index] ?? rawName;
    const isLong = whole.startsWith("--");
    // `-port` does not mean a port "ort". `-xy` is one unknown flag, not two.
    const isKnown = keyOf(name) !== undefined || name === "help" || name === "version";
    const holdsLetters = inlineValue === true && /^[a-z]/i.test(value);
    if (!isLong && (holdsLetters || !isKnown)) {
      found.push({ kind: "flag", flag: whole, raw: whole, value: undefined });
    } else {
      found.push({ kind: "flag", flag: name, raw: rawName, value });
    }
  }
  return found;
}

/** `--watch=off` for `--watch off`: a flag that may stand alone takes no other word. */
function joinSwitches(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const [, flag = ""] = /^--([a-z-]+)$/.exec(joined.at(-1) ?? "") ?? [];
    const key = keyOf(flag);
    const isSwitch = key !== undefined && optionOf(key).kind.bare !== undefined;
    if (isSwitch && /^(on|off|true|false|yes|no|[01])$/i.test(word)) {
      joined[joined.length - 1] = `--${flag}=${word}`;
    } else joined.push(word);
  }
  return joined;
}

/** Whether a word can be no mistyped command or value: it is the path of a file, or a package. */
function looksLikePath(word: string): boolean {
  return /[./\\]/.test(word);
}

/** Whether a word without a dot or a slash names a folder, a file or a package that is there. */
function isBareSource(word: string): boolean {
  return !isFlagLike(word) && !commandNames.some((name) => name === word) && isTaskSource(word);
}

/** `parseArgs` gives such a word as a flag, unless it follows a lone `--`. */
function isFlagLike(word: string): boolean {
  return /^--?[a-z]/i.test(word);
}

function strayError(word: string, start: Start): string {
  const quoted = JSON.stringify(word);
  if (isFlagLike(word)) {
    return `Unexpected argument ${quoted}. After a lone -- nothing is a flag: leave the -- out`;
  }
  const command = commandNames.find((name) => name === word);
  if (command) return `The command ${quoted} must come first: ${typed(start, command)}`;
  const flag = nearest(word, ["help", "version"] as const);
  if (flag) return `Unknown command ${quoted}. Did you mean --${flag}?`;
  const meant = nearest(word, commandNames);
  if (meant) return `Unknown command ${quoted}. Did you mean ${typed(start, meant)}?`;
  return `Unexpected argument ${quoted}. There is no such file or folder here, and no such package; all else is flags, see --help`;
}

function unknownFlag(raw: string): string {
  const meant = nearest(raw.replace(/^-+(no-)?/, ""), [...optionNames, "help", "version"]);
  const advice = meant === undefined ? "See --help" : `Did you mean --${meant}?`;
  return `Unknown flag ${JSON.stringify(raw)}. ${advice}`;
}

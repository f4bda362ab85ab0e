/** Turns what a configuration file holds into values as a user would type them. */
import { nearest } from "../nearest.ts";
import type { Option } from "../option.ts";
import { type OptionKey, optionKeys, optionOf } from "../options.ts";
import type { Given, GivenValues } from "../resolve.ts";
import { keyInFile } from "./key.ts";

/** What a configuration file sets. */
export interface FileSettings {
  /** The file, as a path from the working folder; undefined where there is none. */
  readonly file: string | undefined;
  readonly given: GivenValues;
  readonly errors: readonly string[];
  /** The modules that it is made of, as absolute paths. */
  readonly modules: readonly string[];
}

export const noSettings: FileSettings = {
  ...{ file: undefined, given: new Map(), errors: [], modules: [] },
};

/**
 * Never throws. It checks names and types; the values pass through the checks of the flags later.
 *
 * @param content what the file exports, or its JSON
 * @param file as a path from the working folder
 * @param folder of the file, likewise: paths in the file count from it
 */
export function readSettings(
  content: Readonly<Record<string, unknown>>,
  file: string,
  folder: string,
): Pick<FileSettings, "given" | "errors"> {
  const given = new Map<OptionKey, readonly Given[]>();
  const errors: string[] = [];
  for (const [name, value] of Object.entries(content)) {
    if (value === undefined) continue;
    const key = optionKeys.find((each) => keyInFile(optionOf(each)) === name);
    if (key === undefined) {
      errors.push(unknownKey(name, file));
      continue;
    }
    const option = optionOf(key);
    const source = `${name} in ${file}`;
    const values = option.repeatable && Array.isArray(value) ? value : [value];
    const texts = values.map((each) => textOf(option, each));
    if (texts.includes(undefined)) {
      const what = option.kind.isSecret ? "the value" : shown(option, value);
      errors.push(`${source}: ${what} is not allowed. Use ${option.kind.allowed}`);
    } else {
      const there = (text: string) => (folder === "." ? text : option.fromFolder?.(text, folder));
      given.set(
        key,
        texts
          .filter((text) => text !== undefined)
          .map((text) => ({ text: (text && there(text)) ?? text, source })),
      );
    }
  }
  return { given, errors };
}

function textOf({ kind }: Option<unknown>, value: unknown): string | undefined {
  return typeof value === "string" ? value : kind.textOf?.(value);
}

function shown({ kind }: Option<unknown>, value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return kind.shown?.(text) ?? text;
}

function unknownKey(name: string, file: string): string {
  const names = optionKeys.map(optionOf).flatMap((option) => keyInFile(option) ?? []);
  const byFlag = optionKeys.map(optionOf).find(({ flag }) => flag === name);
  const meant = (byFlag && keyInFile(byFlag)) ?? nearest(name, names);
  const advice = meant === undefined ? "The keys are the flags of --help in camel case" : "";
  return `Unknown key ${JSON.stringify(name)} in ${file}. ${advice || `Did you mean ${meant}?`}`;
}

/** Readers for the values of options. */
import { nearest } from "../../src/config/nearest.ts";
import { messageOf } from "../../src/errors.ts";
import { UsageError } from "./failures.ts";
import type { Reader } from "./option.ts";

export const readText: Reader<string> = (text) => text;

export const readJson: Reader<unknown> = (text, flag) => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(
      `${flag} ${JSON.stringify(text)}: not JSON (${messageOf(error)}). Quote it for the shell: ${flag} '{"input":"abc"}'`,
    );
  }
};

export function readNumberFrom(least: number, most: number): Reader<number> {
  return (text, flag) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new UsageError(`${flag} ${text}: give a number from ${least} to ${most}`);
  };
}

export function readWholeNumberFrom(least: number, most: number): Reader<number> {
  return (text, flag) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new UsageError(`${flag} ${text}: give a whole number from ${least} to ${most}`);
  };
}

/** Seconds, read as ms. */
export function readSecondsFrom(least: number, most: number): Reader<number> {
  const reader = readNumberFrom(least, most);
  return (text, flag) => 1_000 * reader(text, flag);
}

/** One of these names, or several with commas between them. */
export function readListOf<Name extends string>(names: readonly Name[]): Reader<readonly Name[]> {
  return (text, flag) => text.split(",").map((name) => requireName(flag, name.trim(), names));
}

/**
 * @param near what may have been meant, where that is more than the names
 * @throws UsageError with the nearest name
 */
export function requireName<Name extends string>(
  what: string,
  name: string,
  names: readonly Name[],
  near: readonly string[] = names,
): Name {
  const found = names.find((one) => one === name);
  if (found !== undefined) return found;
  const meant = nearest(name, near);
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  throw new UsageError(`${what} ${name}: use ${names.join(", ")}.${hint}`);
}

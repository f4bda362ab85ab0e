/** Kinds of values that options have: text, choices and numbers. */
import { type Kind, numberText, refused, within } from "./kind.ts";

export function text(
  placeholder: string,
  allowed: string,
  pattern: RegExp,
  example: string,
): Kind<string> {
  return {
    ...{ allowed, placeholder, examples: [example] },
    parse: (given) => (pattern.test(given) ? { ok: true, value: given } : refused),
  };
}

export function choice<const Name extends string>(
  placeholder: string,
  names: readonly Name[],
): Kind<Name, Name> {
  return {
    ...{ allowed: inWords(names), placeholder, examples: names },
    parse(given) {
      const value = names.find((name) => name === given);
      return value === undefined ? refused : { ok: true, value };
    },
  };
}

/** Off unless it is on. The flag alone means on; a configuration file may say true or false. */
export const toggle: Kind<"off" | "on", boolean | "off" | "on"> = {
  ...choice("[off|on]", ["off", "on"]),
  bare: "on",
  textOf: (value) => (typeof value === "boolean" ? (value ? "on" : "off") : undefined),
};

export function wholeNumber(min: number, max: number): Kind<number, number> {
  return {
    textOf: numberText,
    allowed: `a whole number from ${min} to ${max}`,
    ...{ placeholder: "N", examples: [min, max].map(String) },
    parse: (given) => (/^\d+$/.test(given) ? within(Number(given), min, max) : refused),
  };
}

/** A number, or `auto`: worked out later from the mode and the cores. */
export function autoOr(number: Kind<number, number>): Kind<number | "auto", number | "auto"> {
  return {
    ...number,
    allowed: `auto, or ${number.allowed}`,
    parse: (given) => (given === "auto" ? { ok: true, value: given } : number.parse(given)),
  };
}

/** A value, or `none`: there is no such limit. */
export function noneOr<T, Written>(kind: Kind<T, Written>): Kind<T | "none", Written | "none"> {
  return {
    ...kind,
    allowed: `none, or ${kind.allowed}`,
    examples: ["none", ...kind.examples],
    parse: (given) => (given === "none" ? { ok: true, value: given } : kind.parse(given)),
  } as Kind<T | "none", Written | "none">;
}

function inWords(names: readonly string[]): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;
}

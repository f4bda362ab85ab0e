/** Kinds of values with a unit: times and sizes. */
import { type Kind, numberText, refused, within } from "./kind.ts";

const durationUnits = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** A time with its unit, read as milliseconds. */
export function duration(
  minMs: number,
  maxMs: number,
): Kind<number, `${number}${"ms" | "s" | "m" | "h"}`> {
  const [min, max] = [printDuration(minMs), printDuration(maxMs)];
  return {
    allowed: `a time from ${min} to ${max} (ms, s, m or h)`,
    ...{ placeholder: "TIME", examples: [min, max], textOf: numberText },
    parse(given) {
      if (/^\d+$/.test(given)) {
        return { ok: false, reason: `Add a unit: ${given}ms, ${given}s, ${given}m or ${given}h` };
      }
      const [, digits, unit] = /^(\d+)(ms|s|m|h)$/.exec(given) ?? [];
      const factor = durationUnits.find(([name]) => name === unit)?.[1];
      return factor === undefined ? refused : within(Number(digits) * factor, minMs, maxMs);
    },
  };
}

const sizeUnits = [
  ["gb", 1024 ** 3],
  ["mb", 1024 ** 2],
  ["kb", 1024],
  ["b", 1],
] as const;

/** A size, read as bytes. 1 kb is 1024 bytes. */
export function size(
  minBytes: number,
  maxBytes: number,
): Kind<number, number | `${number}${"b" | "kb" | "mb" | "gb"}`> {
  const [min, max] = [printSize(minBytes), printSize(maxBytes)];
  return {
    allowed: `a size from ${min} to ${max} (kb, mb or gb of 1024, or bytes)`,
    ...{ placeholder: "SIZE", examples: [min, max], textOf: numberText },
    parse(given) {
      const [, digits, unit = "b"] = /^(\d+)(b|kb|mb|gb)?$/.exec(given.toLowerCase()) ?? [];
      const factor = sizeUnits.find(([name]) => name === unit)?.[1];
      if (digits === undefined || factor === undefined) return { ok: false, ...meantSize(given) };
      return within(Number(digits) * factor, minBytes, maxBytes);
    },
  };
}

/** Advice for `1m`, `1M` or `1 MiB`, which other programs take. */
function meantSize(given: string): { reason?: string } {
  const [, digits, unit] = /^(\d+) ?([kmg])(i?b)?$/.exec(given.toLowerCase()) ?? [];
  return digits === undefined ? {} : { reason: `Did you mean ${digits}${unit}b?` };
}

export function printDuration(ms: number): string {
  return inLargestUnit(ms, durationUnits);
}

export function printSize(bytes: number): string {
  return inLargestUnit(bytes, sizeUnits);
}

/** In the largest unit that keeps it a whole number, so that it can be read back. */
function inLargestUnit(amount: number, units: readonly (readonly [string, number])[]): string {
  const [name, factor] = units.find(([, each]) => amount > 0 && amount % each === 0) ?? ["", 1];
  return `${amount / factor}${name}`;
}

/** A parsed value, or why the text is not one; without a reason the allowed values say enough. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason?: string };

/** How one kind of value is read from text. A value that `print` writes is one that `parse` reads. */
export interface Kind<T> {
  /** The allowed values in words: "Use <allowed>". */
  readonly allowed: string;
  parse(text: string): Parsed<T>;
  print(value: T): string;
}

const refused = { ok: false } as const;

export function text(allowed: string, pattern: RegExp): Kind<string> {
  return {
    allowed,
    parse: (given) => (pattern.test(given) ? { ok: true, value: given } : refused),
    print: (value) => value,
  };
}

export function choice<const Name extends string>(names: readonly Name[]): Kind<Name> {
  return {
    allowed: inWords(names),
    parse(given) {
      const value = names.find((name) => name === given);
      return value === undefined ? refused : { ok: true, value };
    },
    print: (value) => value,
  };
}

export function wholeNumber(min: number, max: number): Kind<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    parse: (given) => (/^\d+$/.test(given) ? within(Number(given), min, max) : refused),
    print: String,
  };
}

/** A whole number, or `auto`: worked out later from the mode and the cores. */
export function autoOr(number: Kind<number>): Kind<number | "auto"> {
  return {
    allowed: `auto, or ${number.allowed}`,
    parse: (given) => (given === "auto" ? { ok: true, value: given } : number.parse(given)),
    print: String,
  };
}

const durationUnits = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** A time in milliseconds, written with its unit. */
export function duration(minMs: number, maxMs: number): Kind<number> {
  return {
    allowed: `a time from ${printDuration(minMs)} to ${printDuration(maxMs)} (ms, s, m or h)`,
    parse(given) {
      if (/^\d+$/.test(given)) {
        return { ok: false, reason: `Add a unit: ${given}ms, ${given}s, ${given}m or ${given}h` };
      }
      const [, digits, unit] = /^(\d+)(ms|s|m|h)$/.exec(given) ?? [];
      const factor = durationUnits.find(([name]) => name === unit)?.[1];
      return factor === undefined ? refused : within(Number(digits) * factor, minMs, maxMs);
    },
    print: printDuration,
  };
}

const sizeUnits = [
  ["gb", 1024 ** 3],
  ["mb", 1024 ** 2],
  ["kb", 1024],
  ["b", 1],
] as const;

/** A size in bytes; 1 kb is 1024 bytes. */
export function size(minBytes: number, maxBytes: number): Kind<number> {
  return {
    allowed: `a size from ${printSize(minBytes)} to ${printSize(maxBytes)} (kb, mb or gb of 1024, or bytes)`,
    parse(given) {
      const [, digits, unit = "b"] = /^(\d+)(b|kb|mb|gb)?$/.exec(given.toLowerCase()) ?? [];
      const factor = sizeUnits.find(([name]) => name === unit)?.[1];
      if (digits === undefined || factor === undefined) return { ok: false, ...meantSize(given) };
      return within(Number(digits) * factor, minBytes, maxBytes);
    },
    print: printSize,
  };
}

/** `1m`, `1M` or `1 MiB`, as other programs take them. */
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

function within(value: number, min: number, max: number): Parsed<number> {
  return value >= min && value <= max ? { ok: true, value } : refused;
}

function inWords(names: readonly string[]): string {
  return names.length < 2
    ? names.join("")
    : `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;
}

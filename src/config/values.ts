/** A parsed value, or why the text is none. Without a reason the allowed values say enough. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason?: string };

/** How one kind of value is read from text. */
export interface Kind<T> {
  /** The allowed values in words, as in "Use <allowed>": with bounds and units. */
  readonly allowed: string;
  /** What stands for the value in `--help`. */
  readonly placeholder: string;
  /** Texts that it takes; its bounds, where it has any. The tests set every option to one. */
  readonly examples: readonly string[];
  parse(text: string): Parsed<T>;
}

const refused = { ok: false } as const;

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
): Kind<Name> {
  return {
    ...{ allowed: inWords(names), placeholder, examples: names },
    parse(given) {
      const value = names.find((name) => name === given);
      return value === undefined ? refused : { ok: true, value };
    },
  };
}

export function wholeNumber(min: number, max: number): Kind<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    ...{ placeholder: "N", examples: [min, max].map(String) },
    parse: (given) => (/^\d+$/.test(given) ? within(Number(given), min, max) : refused),
  };
}

/** A number, or `auto`: worked out later from the mode and the cores. */
export function autoOr(number: Kind<number>): Kind<number | "auto"> {
  return {
    ...number,
    allowed: `auto, or ${number.allowed}`,
    parse: (given) => (given === "auto" ? { ok: true, value: given } : number.parse(given)),
  };
}

const durationUnits = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** A time with its unit, read as milliseconds. */
export function duration(minMs: number, maxMs: number): Kind<number> {
  const [min, max] = [printDuration(minMs), printDuration(maxMs)];
  return {
    allowed: `a time from ${min} to ${max} (ms, s, m or h)`,
    ...{ placeholder: "TIME", examples: [min, max] },
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
export function size(minBytes: number, maxBytes: number): Kind<number> {
  const [min, max] = [printSize(minBytes), printSize(maxBytes)];
  return {
    allowed: `a size from ${min} to ${max} (kb, mb or gb of 1024, or bytes)`,
    ...{ placeholder: "SIZE", examples: [min, max] },
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

/** Where the jobs are kept. */
export type QueueLocation =
  /** The path as it was given. */
  { readonly kind: "sqlite"; readonly path: string } | { readonly kind: "none" };

export const queueLocation: Kind<QueueLocation> = {
  allowed: "sqlite:PATH with the path of a file, or none",
  ...{ placeholder: "QUEUE", examples: ["none", "sqlite:jobs.db"] },
  parse(given) {
    if (given === "none") return { ok: true, value: { kind: "none" } };
    const [, path] = /^sqlite:(.+)$/.exec(given) ?? [];
    if (path === undefined) {
      const isPath = /[./\\]/.test(given) && !/^[a-z]+:/i.test(given);
      return isPath ? { ok: false, reason: `Did you mean sqlite:${given}?` } : refused;
    }
    // SQLite's names for a database in memory: its jobs would end with the process.
    if (path === ":memory:" || path.startsWith("file:")) {
      return { ok: false, reason: "A queue is kept in a file" };
    }
    return { ok: true, value: { kind: "sqlite", path } };
  },
};

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

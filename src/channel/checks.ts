import type { SentBytes } from "./pieces.ts";

/**
 * Checks for the fields of a message. They are shallow: whoever reads the inside of a list or an
 * object checks that, or trusts the sender.
 */
export type Check<Value> = (value: unknown) => value is Value;

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

export function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

export function isNumberOrNull(value: unknown): value is number | null {
  return value === null || Number.isFinite(value);
}

/** A whole number from 0 up. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The years 0 to 9999, in ms since 1970: those that RFC 3339 can write. */
const [firstTime, lastTime] = [Date.UTC(-1, 12), Date.UTC(10_000, 0) - 1];

/** Whole ms since 1970. A larger number can be neither shown as a time nor, later, read from SQLite. */
export function isTime(value: unknown): value is number {
  return isWithin(firstTime, lastTime)(value);
}

export function isTimeOrNull(value: unknown): value is number | null {
  return value === null || isTime(value);
}

/** A whole number within these bounds. */
export function isWithin(least: number, most: number) {
  return (value: unknown): value is number =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

export function isOneOf<Value extends string>(...values: readonly Value[]): Check<Value> {
  return (value): value is Value => (values as readonly unknown[]).includes(value);
}

export function isTextUpTo(most: number): Check<string> {
  return (value): value is string => isText(value) && value.length <= most;
}

export function isFlag(value: unknown): value is boolean {
  return typeof value === "boolean";
}

export function isNull(value: unknown): value is null {
  return value === null;
}

export function isObject<Value extends object>(value: unknown): value is Value {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isObjectOrNull<Value extends object>(value: unknown): value is Value | null {
  return value === null || isObject(value);
}

export function orNull<Value>(check: Check<Value>): Check<Value | null> {
  return (value): value is Value | null => value === null || check(value);
}

export function isList<Item>(value: unknown): value is readonly Item[] {
  return Array.isArray(value);
}

export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

/** Bytes that were sent before; see `sendBytes` of a Channel. */
export function isSentBytes(value: unknown): value is SentBytes {
  return isObject<Partial<SentBytes>>(value) && isCount(value.number) && isCount(value.length);
}

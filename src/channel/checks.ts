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

export function isList<Item>(value: unknown): value is readonly Item[] {
  return Array.isArray(value);
}

export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

/** A parsed value, or why the text is none. Without a reason the allowed values say enough. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason?: string };

/**
 * How one kind of value is read from text.
 *
 * `Written` is the type of such a value in a configuration file.
 */
export interface Kind<T, Written = string> {
  /** The allowed values in words, as in "Use <allowed>": with bounds and units. */
  readonly allowed: string;
  /** What stands for the value in `--help`. */
  readonly placeholder: string;
  /** Texts that it takes; its bounds, where it has any. The tests set every option to one. */
  readonly examples: readonly string[];
  /** What the flag alone means; undefined where a flag needs a value. */
  readonly bare?: string;
  /** No message shows what was written: it may be a secret with a mistake in it. */
  readonly isSecret?: true;
  /** The text as messages show it, where a part of it may be secret. */
  shown?(text: string): string;
  parse(text: string): Parsed<T>;
  /** The text of a value in a configuration file that is no string; undefined where it is wrong. */
  textOf?(value: unknown): string | undefined;
  /** Never set. It carries `Written` for the compiler. */
  readonly written?: Written;
}

/** What was written, for a message: without what is secret in it. */
export function shownText({ isSecret, shown }: Kind<unknown, unknown>, text: string): string {
  return isSecret ? "the value" : JSON.stringify(shown?.(text) ?? text);
}

export const refused = { ok: false } as const;

export function within(value: number, min: number, max: number): Parsed<number> {
  return value >= min && value <= max ? { ok: true, value } : refused;
}

export function numberText(value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : undefined;
}

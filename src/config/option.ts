import type { Kind } from "./kind.ts";

/** One option, as the table (options.ts) writes it down. */
export interface Option<T> {
  /** Its name on the command line, without the dashes. */
  readonly flag: string;
  /** A single letter for the same flag. */
  readonly short?: string;
  /** The type, its bounds and its unit. */
  readonly kind: Kind<T, unknown>;
  /** As a user would write it. Empty: none. */
  readonly default: string;
  /** What it sets, in plain words. Without a full stop at the end. */
  readonly doc: string;
  /** A variable that other programs know and that is read too. The MANYCORE_ one wins over it. */
  readonly alias?: string;
  /** The flag may come several times; the variable holds a list, separated as PATH is. */
  readonly repeatable?: true;
  /** A configuration file cannot set it. */
  readonly notInFile?: true;
  /** The value for the working folder of one that was written in another folder. */
  readonly fromFolder?: (text: string, folder: string) => string;
}

export type Group = Readonly<Record<string, Option<unknown>>>;

/** What the option's value is after parsing. */
export type ValueOf<Each> = Each extends { readonly kind: Kind<infer Value, unknown> }
  ? Each extends { readonly repeatable: true }
    ? readonly Value[]
    : Value
  : never;

/** `MANYCORE_MAX_PENDING` for `max-pending`. */
export function variableOf({ flag }: Option<unknown>): string {
  return `MANYCORE_${flag.toUpperCase().replaceAll("-", "_")}`;
}

/** The variables that set the option. The first one wins. */
export function variablesOf(option: Option<unknown>): string[] {
  return option.alias === undefined ? [variableOf(option)] : [variableOf(option), option.alias];
}

/** One option of a command line. Parsing, `--help` and its errors are made from a table of them. */
export interface Option<Value> {
  /** What stands for the value in `--help`; null for a flag that takes none. */
  readonly placeholder: string | null;
  /** What it does, in plain words. */
  readonly doc: string;
  /**
   * @param given every text that was given for it, in order
   * @throws UsageError that shows the text and the remedy
   */
  readonly read: (given: readonly string[], flag: string) => Value;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

/** The value of every option. */
export type ValuesOf<Table extends Options> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Value> ? Value : never;
};

/** Reads one text. @throws UsageError that shows it and the remedy */
export type Reader<Value> = (text: string, flag: string) => Value;

/** A flag that takes no value. */
export function defineToggle(doc: string): Option<boolean> {
  return { placeholder: null, doc, read: (given) => given.length > 0 };
}

/** A flag with one value; the last one counts. */
export function defineSingle<Value, Default>(
  placeholder: string,
  reader: Reader<Value>,
  byDefault: Default,
  doc: string,
): Option<Value | Default> {
  return {
    placeholder,
    doc,
    read: (given, flag) => {
      const last = given.at(-1);
      return last === undefined ? byDefault : reader(last, flag);
    },
  };
}

/** A flag that may be given several times. */
export function defineRepeatable<Value>(
  placeholder: string,
  reader: Reader<Value>,
  doc: string,
): Option<readonly Value[]> {
  return { placeholder, doc, read: (given, flag) => given.map((text) => reader(text, flag)) };
}

import type { Check } from "./checks.ts";

/** The arguments of a call or a note: each field with its check. */
export type Fields = Readonly<Record<string, Check<unknown>>>;

/** The contract of one side of a channel: the calls that it answers and the notes that it takes. */
export interface Side {
  readonly calls: Readonly<
    Record<string, { readonly args: Fields; readonly answer: Check<unknown> }>
  >;
  readonly notes: Readonly<Record<string, Fields>>;
}

/** A check for each field of a type. */
export type ChecksOf<Each> = { readonly [Field in keyof Each]: Check<Each[Field]> };

type ValueOf<Each> = Each extends Check<infer Value> ? Value : never;

/** The fields that may be missing: their checks say so in their types. */
type OptionalField<Each extends Fields> = {
  [Field in keyof Each]: unknown extends ValueOf<Each[Field]>
    ? never
    : undefined extends ValueOf<Each[Field]>
      ? Field
      : never;
}[keyof Each];

export type ArgsOf<Each extends Fields> = {
  readonly [Field in Exclude<keyof Each, OptionalField<Each>>]: ValueOf<Each[Field]>;
} & { readonly [Field in OptionalField<Each>]?: ValueOf<Each[Field]> };

export type CallName<Each extends Side> = keyof Each["calls"] & string;
export type CallArgs<Each extends Side, Name extends CallName<Each>> = ArgsOf<
  Each["calls"][Name]["args"]
>;
export type AnswerTo<Each extends Side, Name extends CallName<Each>> =
  Each["calls"][Name]["answer"] extends Check<infer Value> ? Value : never;

export type NoteName<Each extends Side> = keyof Each["notes"] & string;
export type NoteArgs<Each extends Side, Name extends NoteName<Each>> = ArgsOf<Each["notes"][Name]>;

/** A call as it arrives at the side that answers it; `call` is its number. */
export type Asked<Each extends Side, Names extends CallName<Each> = CallName<Each>> = {
  readonly [Name in Names]: {
    readonly call: number;
    readonly name: Name;
    readonly args: CallArgs<Each, Name>;
  };
}[Names];

/** A function for each call. The caller gets what it returns, or an AppError that it throws. */
export type CallHandlers<Each extends Side> = {
  readonly [Name in CallName<Each>]: (
    args: CallArgs<Each, Name>,
  ) => AnswerTo<Each, Name> | Promise<AnswerTo<Each, Name>>;
};

export type NoteHandlers<Each extends Side> = {
  readonly [Name in NoteName<Each>]: (args: NoteArgs<Each, Name>) => void;
};

/** Whether the arguments pass the check of every field. Other fields are allowed. */
export function fits<Each extends Fields>(args: unknown, fields: Each): args is ArgsOf<Each> {
  if (typeof args !== "object" || args === null) return false;
  for (const field in fields) {
    if (!fields[field]?.((args as Readonly<Record<string, unknown>>)[field])) return false;
  }
  return true;
}

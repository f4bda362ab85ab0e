/** What is left of a value that went through JSON, as its type. Bytes inside of JSON are base64. */
export type Jsonified<Value> = Value extends { toJSON(...args: never[]): infer Json }
  ? Jsonified<Json>
  : Value extends string | number | boolean | null
    ? Value
    : Value extends ArrayBufferView | ArrayBufferLike
      ? string
      : Value extends void // undefined, and what a function without a result returns
        ? null
        : Value extends object
          ? JsonifiedObject<Value>
          : Value;

type JsonifiedObject<Value extends object> = Value extends readonly unknown[]
  ? { [Index in keyof Value]: Jsonified<Value[Index]> }
  : {
      [Name in keyof Value as IsLost<Value[Name]> extends true ? never : Name]: MaybeLeftOut<
        Value[Name]
      >;
    };

/** JSON has no place for it. */
type IsLost<Value> = [Value] extends [symbol | undefined | ((...args: never[]) => unknown)]
  ? true
  : false;

/** A property that is undefined is left out. */
type MaybeLeftOut<Value> = undefined extends Value
  ? Jsonified<Exclude<Value, undefined>> | undefined
  : Jsonified<Value>;

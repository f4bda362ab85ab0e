import fc from "fast-check";
import { hasArgon2 } from "../../../../src/tasks/builtin/hash/digest.ts";

/** Text and the name of its encoding, for any bytes or any text. */
function encoded(field: string, minLength: number): fc.Arbitrary<Record<string, string>> {
  const bytes = fc.uint8Array({ minLength, maxLength: 80 }).map((array) => Buffer.from(array));
  return fc.oneof(
    bytes.map((value) => ({ [field]: value.toString("hex"), [`${field}Encoding`]: "hex" })),
    bytes.map((value) => ({ [field]: value.toString("base64"), [`${field}Encoding`]: "base64" })),
    fc
      .string({ unit: "grapheme", minLength, maxLength: 40 })
      .map((value) => ({ [field]: value, [`${field}Encoding`]: "utf8" })),
  );
}

function merged(...parts: fc.Arbitrary<object>[]): fc.Arbitrary<object> {
  return fc.tuple(...parts).map((each) => Object.assign({}, ...each));
}

const texts = [
  encoded("input", 0),
  encoded("salt", 8),
  fc.record({ encoding: fc.constantFrom("hex", "base64") }),
];

const pbkdf2 = fc.record({
  algorithm: fc.constantFrom("pbkdf2-sha256", "pbkdf2-sha512"),
  iterations: fc.integer({ min: 1, max: 50 }),
  keyLength: fc.integer({ min: 1, max: 200 }),
});
const scrypt = fc.record({
  algorithm: fc.constant("scrypt"),
  cost: fc.integer({ min: 1, max: 8 }).map((exponent) => 2 ** exponent),
  blockSize: fc.integer({ min: 1, max: 9 }),
  parallelization: fc.integer({ min: 1, max: 5 }),
  keyLength: fc.integer({ min: 1, max: 200 }),
});
const chained = fc.record({
  algorithm: fc.constantFrom("sha256", "sha512"),
  iterations: fc.integer({ min: 1, max: 100 }),
});
const argon2id = merged(
  encoded("secret", 0),
  encoded("associatedData", 0),
  fc.record({
    algorithm: fc.constant("argon2id"),
    memoryKib: fc.integer({ min: 24, max: 128 }),
    passes: fc.integer({ min: 1, max: 3 }),
    parallelism: fc.integer({ min: 1, max: 3 }),
    keyLength: fc.integer({ min: 4, max: 100 }),
  }),
);

/** Cheap inputs of `hash`, as clients send them, for the algorithms that Python's hashlib has. */
export const hashlibInputs = fc.oneof(
  merged(...texts, pbkdf2),
  merged(...texts, scrypt),
  merged(...texts, chained),
);

/** Cheap inputs of every algorithm with a native form. */
export const nativeInputs = fc.oneof(
  merged(...texts, pbkdf2),
  merged(...texts, scrypt),
  ...(hasArgon2 ? [merged(...texts, argon2id)] : []),
);

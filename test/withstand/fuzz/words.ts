/** Texts and values that requests are made of: some right, some wrong, some made to do harm. */
import fc from "fast-check";

/** Of the server. Most requests have it. */
export const token = "fuzz-91c7d3a5e8b2f604";

/** Names of fields: real ones get past the first check of a schema. */
export const fieldName = fc.constantFrom(
  ...["task", "input", "priority", "runAt", "maxAttempts", "timeoutMs", "backoffMs", "tags"],
  ...["group", "startBefore", "unique", "after", "onFailure", "onEnd", "jobs", "ref", "onComplete"],
  ...["cron", "everyMs", "timeZone", "job", "overlap", "missed", "paused", "key", "while"],
  ...["algorithm", "iterations", "salt", "cost", "memoryKib", "keyLength", "encoding", "value"],
  ...[
    "limit",
    "size",
    "seed",
    "document",
    "length",
    "values",
    "steps",
    "state",
    "level",
    "workers",
  ],
  ...["__proto__", "constructor", "prototype", "toString", "then", "toJSON", "", "a"],
);

const hostile = [
  ...["../../etc/passwd", "..%2f..%2f", "%2e%2e", "//evil.example", "\\\\evil", "%00", "\u0000"],
  ...["\r\nX-Injected: yes", "%0d%0aX-Injected:%20yes", "\u202e\u2066", "<script>", "#{7*7}"],
  ...["' OR 1=1 --", '";DROP TABLE job;--', "{{x}}", "\ud800", "💥".repeat(50), "a".repeat(3000)],
  ...["NaN", "Infinity", "-0", "1e309", "0x10", "null", "undefined", "true", "[object Object]"],
];

const right = [
  ...["hash", "primes", "matrix", "json", "double", "echo", "weigh", "crop", "steps", "later"],
  ...["queued", "running", "succeeded", "failed", "cancelled", "inline", "libuv", "threads"],
  ...["sha256", "pbkdf2-sha256", "scrypt", "argon2id", "hex", "base64", "return", "replace"],
  ...["* * * * *", "*/5 * * * *", "@daily", "Europe/Berlin", "UTC", "skip", "image/png"],
  ...[
    "2027-01-01T00:00:00Z",
    "2020-01-01T00:00:00Z",
    "a",
    "b",
    "nightly",
    "1",
    "5",
    "100",
    "debug",
  ],
];

export const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...right) },
  { weight: 2, arbitrary: fc.constantFrom(...hostile) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);

/** None makes a run of the built-in tasks that takes long. */
const number = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.constantFrom(-1, -0, 0.5, 1.5, 1000, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, Number.MIN_VALUE),
);

const plain = fc.oneof(
  { weight: 3, arbitrary: word },
  { weight: 3, arbitrary: number },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** JSON values whose fields have real names. */
export const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3, depthSize: "small" }, plain, tie("object"), tie("list")),
  object: fc.dictionary(fieldName, tie("value"), { maxKeys: 6 }),
  list: fc.array(tie("value"), { maxLength: 4 }),
})).value;

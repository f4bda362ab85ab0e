import { choiceField, textField, wholeNumberField } from "../fields.ts";
import { type HashLimits, scryptMemoryBytes } from "./caps.ts";
import { digestEncodings, type Encoding, encodings } from "./encoding.ts";
import { defaultInput } from "./input.ts";

const maxKeyLength = 1024;
/**
 * Far above any real use. Up to 128, blockSize and parallelization cost too little for a cap by
 * memory.
 */
const maxScryptFactor = 128;
const maxParallelism = 16;
/** OpenSSL counts in signed 32-bit integers. */
const maxInt32 = 2 ** 31 - 1;

/**
 * The fields of `hash` by algorithm. The defaults cost 50 to 120 ms each, depending on the machine;
 * less where the server's caps are low.
 */
export function hashFields(limits: HashLimits) {
  const chained = { iterations: iterations(limits, 50_000) };
  return {
    "pbkdf2-sha512": { iterations: iterations(limits, 100_000), keyLength: keyLength(1, 64) },
    "pbkdf2-sha256": { iterations: iterations(limits, 250_000), keyLength: keyLength(1, 32) },
    scrypt: scryptFields(limits),
    argon2id: argon2idFields(limits),
    sha512: chained,
    sha256: chained,
  };
}

/** The fields that every algorithm has. */
export const sharedFields = {
  input: textField("input").default(defaultInput).describe("What is hashed"),
  inputEncoding: encoding("inputEncoding", "utf8", "input"),
  salt: textField("salt")
    .optional()
    .describe("16 random bytes where it is left out; none for sha256 and sha512"),
  saltEncoding: encoding("saltEncoding", "hex", "salt, given or random,"),
  encoding: choiceField("encoding", digestEncodings)
    .default("hex")
    .describe("How the digest is written"),
};

function encoding(name: string, preset: Encoding, what: string) {
  return choiceField(name, encodings).default(preset).describe(`How ${what} is written`);
}

function keyLength(min: number, preset: number) {
  return wholeNumberField("keyLength", min, maxKeyLength)
    .default(preset)
    .describe("Bytes of the digest");
}

function iterations(limits: HashLimits, preset: number) {
  const cap = Math.min(limits.hashMaxIterations, maxInt32);
  return wholeNumberField("iterations", 1, cap, " on this server (--hash-max-iterations)").default(
    Math.min(preset, cap),
  );
}

function scryptFields(limits: HashLimits) {
  const max = Math.max(2, Math.floor(limits.hashMaxMemoryBytes / 128));
  let preset = 16_384;
  while (preset > 2 && scryptMemoryBytes(preset, 8, 1) > limits.hashMaxMemoryBytes) preset /= 2;
  return {
    cost: wholeNumberField("cost", 2, max, " on this server (--hash-max-memory)")
      .refine((n) => Number.isInteger(Math.log2(n)), {
        error: "cost must be a power of two",
        abort: true,
      })
      .default(preset)
      .describe("N of RFC 7914, a power of two"),
    blockSize: wholeNumberField("blockSize", 1, maxScryptFactor)
      .default(8)
      .describe("r of RFC 7914"),
    parallelization: wholeNumberField("parallelization", 1, maxScryptFactor)
      .default(1)
      .describe("p of RFC 7914"),
    keyLength: keyLength(1, 64),
  };
}

function argon2idFields(limits: HashLimits) {
  const max = Math.max(8, Math.floor(limits.hashMaxMemoryBytes / 1024));
  return {
    memoryKib: wholeNumberField("memoryKib", 8, max, " on this server (--hash-max-memory)")
      .default(Math.min(19_456, max))
      .describe("m of RFC 9106, at least 8 times parallelism"),
    passes: wholeNumberField("passes", 1, maxInt32).default(2).describe("t of RFC 9106"),
    parallelism: wholeNumberField("parallelism", 1, maxParallelism)
      .default(1)
      .describe("p of RFC 9106: lanes; above 1, OpenSSL computes them on threads of its own"),
    keyLength: keyLength(4, 32),
    secret: textField("secret").optional().describe("K of RFC 9106"),
    secretEncoding: encoding("secretEncoding", "utf8", "secret"),
    associatedData: textField("associatedData").optional().describe("X of RFC 9106"),
    associatedDataEncoding: encoding("associatedDataEncoding", "utf8", "associatedData"),
  };
}

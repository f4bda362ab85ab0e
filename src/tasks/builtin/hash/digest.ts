import crypto from "node:crypto";
import { scryptMemoryBytes } from "./caps.ts";
import {
  type Argon2idInput,
  type ChainedInput,
  defaultInput,
  type HashInput,
  type HashParameters,
  type HashResult,
  type Pbkdf2Input,
  type ScryptInput,
} from "./input.ts";
import { argon2idPhc, pbkdf2Phc, scryptPhc } from "./phc.ts";

const randomSaltBytes = 16;

/** Random bytes for the next salts, fetched for 256 salts at a time: a call for one takes 4 us. */
let saltBytes = Buffer.alloc(0);

/** Whether this Node has Argon2 (since 24.7). */
export const hasArgon2 = typeof crypto.argon2Sync === "function";

/** One digest to compute: on the calling thread, or with `native` on libuv's threads. */
interface Derivation {
  readonly sync: () => Buffer;
  readonly native?: () => Promise<Buffer>;
  readonly parameters: HashParameters;
  readonly phc?: (digest: Buffer) => string;
}

/** The digest, computed on the calling thread. The task's schema has checked the input. */
export function hashDigest(input: HashInput): HashResult {
  const salt = saltOf(input);
  const derivation = derive(input, salt);
  return resultOf(input, salt, derivation, derivation.sync());
}

/**
 * The same digest, computed on libuv's threads.
 *
 * @throws Error for a chained algorithm, which has no native form (`hasNativeForm`)
 */
export async function hashDigestAsync(input: HashInput): Promise<HashResult> {
  const salt = saltOf(input);
  const derivation = derive(input, salt);
  if (derivation.native === undefined) {
    throw new Error(`${input.algorithm} has no native form: use the executor inline or threads`);
  }
  return resultOf(input, salt, derivation, await derivation.native());
}

/** Whether `hashDigestAsync` can take this input. */
export function hasNativeForm(input: HashInput): boolean {
  return input.algorithm !== "sha256" && input.algorithm !== "sha512";
}

function derive(input: HashInput, salt: Buffer): Derivation {
  const message = Buffer.from(input.input, input.inputEncoding);
  switch (input.algorithm) {
    case "pbkdf2-sha256":
    case "pbkdf2-sha512":
      return pbkdf2(input, message, salt);
    case "scrypt":
      return scrypt(input, message, salt);
    case "argon2id":
      return argon2id(input, message, salt);
    case "sha256":
    case "sha512":
      return chained(input, message, salt);
  }
}

function pbkdf2(input: Pbkdf2Input, message: Buffer, salt: Buffer): Derivation {
  const { iterations, keyLength } = input;
  const digest = input.algorithm === "pbkdf2-sha256" ? "sha256" : "sha512";
  return {
    sync: () => crypto.pbkdf2Sync(message, salt, iterations, keyLength, digest),
    native: () =>
      promised((done) => crypto.pbkdf2(message, salt, iterations, keyLength, digest, done)),
    parameters: { iterations, keyLength },
    phc: (key) => pbkdf2Phc(input, salt, key),
  };
}

function scrypt(input: ScryptInput, message: Buffer, salt: Buffer): Derivation {
  const { cost, blockSize, parallelization, keyLength } = input;
  // Node's default limit is 32 MiB. The schema has already applied the server's cap.
  const maxmem = scryptMemoryBytes(cost, blockSize, parallelization);
  const options = { cost, blockSize, parallelization, maxmem };
  return {
    sync: () => crypto.scryptSync(message, salt, keyLength, options),
    native: () => promised((done) => crypto.scrypt(message, salt, keyLength, options, done)),
    parameters: { cost, blockSize, parallelization, keyLength },
    phc: (key) => scryptPhc(input, salt, key),
  };
}

function argon2id(input: Argon2idInput, message: Buffer, salt: Buffer): Derivation {
  const { memoryKib, passes, parallelism, keyLength } = input;
  const associatedData = Buffer.from(input.associatedData ?? "", input.associatedDataEncoding);
  const parameters = {
    message,
    nonce: salt,
    memory: memoryKib,
    passes,
    parallelism,
    tagLength: keyLength,
    secret: Buffer.from(input.secret ?? "", input.secretEncoding),
    associatedData,
  };
  return {
    sync: () => crypto.argon2Sync("argon2id", parameters),
    native: () => promised((done) => crypto.argon2("argon2id", parameters, done)),
    parameters: { memoryKib, passes, parallelism, keyLength },
    phc: (key) => argon2idPhc(input, associatedData, salt, key),
  };
}

function chained(input: ChainedInput, message: Buffer, salt: Buffer): Derivation {
  const { algorithm, iterations } = input;
  return {
    sync: () => {
      let digest = crypto.hash(algorithm, Buffer.concat([salt, message]), "buffer");
      for (let round = 1; round < iterations; round += 1) {
        digest = crypto.hash(algorithm, digest, "buffer");
      }
      return digest;
    },
    parameters: { iterations },
  };
}

/**
 * Cheaper than `promisify` in each run, which takes 50 us with cold caches. Calling that once at
 * load would throw where `crypto.argon2` is missing.
 */
function promised(
  start: (done: (error: Error | null, key: Buffer) => void) => void,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    start((error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

/**
 * A salt protects a stored password. The chained digests are no way to store one, so they need
 * none.
 */
function saltOf(input: HashInput): Buffer {
  if (input.salt !== undefined) return Buffer.from(input.salt, input.saltEncoding);
  return hasNativeForm(input) ? randomSalt() : Buffer.alloc(0);
}

/** A salt is no secret, so it may stay in memory before its use. */
function randomSalt(): Buffer {
  if (saltBytes.length === 0) saltBytes = crypto.randomBytes(256 * randomSaltBytes);
  const salt = saltBytes.subarray(0, randomSaltBytes);
  saltBytes = saltBytes.subarray(randomSaltBytes);
  return salt;
}

function resultOf(
  input: HashInput,
  salt: Buffer,
  derivation: Derivation,
  digest: Buffer,
): HashResult {
  return {
    ...(input.input === defaultInput && { input: defaultInput }),
    algorithm: input.algorithm,
    digest: digest.toString(input.encoding),
    encoding: input.encoding,
    salt: salt.toString(input.saltEncoding),
    saltEncoding: input.saltEncoding,
    ...(derivation.phc === undefined ? {} : { phc: derivation.phc(digest) }),
    ...derivation.parameters,
  };
}

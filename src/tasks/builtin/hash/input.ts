import type { DigestEncoding, Encoding } from "./encoding.ts";

/** What a request without an input hashes, so that a bare `/hash` is a heavy request. */
export const defaultInput = "hello world";

/**
 * Fields of every algorithm. A missing salt becomes 16 random bytes, or none for chained
 * algorithms.
 */
interface AnyHashInput {
  readonly input: string;
  readonly inputEncoding: Encoding;
  readonly salt?: string | undefined;
  readonly saltEncoding: Encoding;
  readonly encoding: DigestEncoding;
}

/** PBKDF2 with HMAC (RFC 8018). */
export interface Pbkdf2Input extends AnyHashInput {
  readonly algorithm: "pbkdf2-sha256" | "pbkdf2-sha512";
  readonly iterations: number;
  /** Bytes of the digest. */
  readonly keyLength: number;
}

/** scrypt (RFC 7914), with Node's names of its parameters. */
export interface ScryptInput extends AnyHashInput {
  readonly algorithm: "scrypt";
  /** N of the RFC: a power of two. */
  readonly cost: number;
  /** r of the RFC. */
  readonly blockSize: number;
  /** p of the RFC. */
  readonly parallelization: number;
  /** Bytes of the digest. */
  readonly keyLength: number;
}

/** Argon2id version 1.3 (RFC 9106). */
export interface Argon2idInput extends AnyHashInput {
  readonly algorithm: "argon2id";
  /** m of the RFC. */
  readonly memoryKib: number;
  /** t of the RFC. */
  readonly passes: number;
  /** p of the RFC; above 1, OpenSSL computes the lanes on threads of its own. */
  readonly parallelism: number;
  /** Bytes of the digest. */
  readonly keyLength: number;
  /** K of the RFC. */
  readonly secret?: string | undefined;
  readonly secretEncoding: Encoding;
  /** X of the RFC. */
  readonly associatedData?: string | undefined;
  readonly associatedDataEncoding: Encoding;
}

/** H(H(... H(salt || input))): `iterations` times H, each round on the bytes of the last. */
export interface ChainedInput extends AnyHashInput {
  readonly algorithm: "sha256" | "sha512";
  readonly iterations: number;
}

/** The input of `hash` after its schema: checked, within the caps, with every default. */
export type HashInput = Pbkdf2Input | ScryptInput | Argon2idInput | ChainedInput;

export type HashAlgorithm = HashInput["algorithm"];

/** The parameters of a digest, so that it can be computed again. */
export interface HashParameters {
  readonly iterations?: number;
  readonly cost?: number;
  readonly blockSize?: number;
  readonly parallelization?: number;
  readonly memoryKib?: number;
  readonly passes?: number;
  readonly parallelism?: number;
  readonly keyLength?: number;
}

/** The output of `hash`. It repeats neither the secret nor an input of the client's own. */
export interface HashResult extends HashParameters {
  /** The default input, where that was hashed. */
  readonly input?: string;
  readonly algorithm: HashAlgorithm;
  readonly digest: string;
  /** Of the digest. */
  readonly encoding: DigestEncoding;
  /** The salt that was used, given or random; "" if there was none. */
  readonly salt: string;
  readonly saltEncoding: Encoding;
  /** The digest as a PHC string, as password stores keep it; not for chained algorithms. */
  readonly phc?: string;
}

import type { Argon2idInput, Pbkdf2Input, ScryptInput } from "./input.ts";

/**
 * PHC strings: `$algorithm[$v=version]$parameters$salt$digest`, bytes in base64 without padding
 * (https://github.com/P-H-C/phc-string-format).
 */
function phcString(parts: readonly string[], salt: Buffer, digest: Buffer): string {
  return ["", ...parts, unpadded(salt), unpadded(digest)].join("$");
}

export function pbkdf2Phc(input: Pbkdf2Input, salt: Buffer, digest: Buffer): string {
  return phcString([input.algorithm, `i=${input.iterations}`], salt, digest);
}

export function scryptPhc(input: ScryptInput, salt: Buffer, digest: Buffer): string {
  const parameters = `ln=${Math.log2(input.cost)},r=${input.blockSize},p=${input.parallelization}`;
  return phcString(["scrypt", parameters], salt, digest);
}

/** Associated data go into `data`, as the format says. The secret stays out. */
export function argon2idPhc(
  input: Argon2idInput,
  associatedData: Buffer,
  salt: Buffer,
  digest: Buffer,
): string {
  const data = associatedData.length === 0 ? "" : `,data=${unpadded(associatedData)}`;
  const parameters = `m=${input.memoryKib},t=${input.passes},p=${input.parallelism}${data}`;
  return phcString(["argon2id", "v=19", parameters], salt, digest);
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").slice(0, Math.ceil((bytes.length * 4) / 3));
}

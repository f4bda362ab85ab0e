import { defineTask } from "../../define.ts";
import { type HashLimits, hashMemoryBytes, hashSlots } from "./caps.ts";
import { hasArgon2, hashDigest, hashDigestAsync, hasNativeForm } from "./digest.ts";
import { hashSchema } from "./schema.ts";

/**
 * The task `hash`: the digest of a text or of bytes. PBKDF2, scrypt and Argon2id are native, so
 * every executor runs them. sha256 and sha512 are chained `iterations` times in JavaScript, H(H(...
 * H(salt || input))), and need the executor `inline` or `threads`.
 */
export function hashTask(limits: HashLimits) {
  return defineTask({
    name: "hash",
    description:
      "Hashes input with PBKDF2, scrypt or Argon2id, or with chained SHA-2: " +
      "H(H(...H(salt || input))), iterations times H.",
    input: hashSchema(limits, hasArgon2),
    example: { input: "correct horse battery staple" },
    run: hashDigest,
    runAsync: hashDigestAsync,
    hasAsyncForm: hasNativeForm,
    memoryBytes: hashMemoryBytes,
    slots: hashSlots,
  });
}

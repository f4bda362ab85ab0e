/** Password verification by Argon2id, as OWASP recommends it: native code on libuv's threads. */
import { argon2, argon2Sync, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { defineTask, z } from "../../src/index.ts"; // in your project: from "manycore"

const argon2Async = promisify(argon2);

const memoryKiB = 19_456;
const cost = { parallelism: 1, tagLength: 32, memory: memoryKiB, passes: 2 };
const base64 = z.base64();

/** What is kept of a password: salt and digest, in base64. */
const kept = z.strictObject({ salt: base64, digest: base64 });
const password = z.string().min(1).max(1000);

const parametersOf = (text: string, salt: Buffer) => ({
  ...cost,
  message: Buffer.from(text.normalize("NFKC")),
  nonce: salt,
});

function shown(salt: Buffer, digest: Buffer) {
  return { salt: salt.toString("base64"), digest: digest.toString("base64") };
}

export const hashPassword = defineTask({
  name: "hash-password",
  description: "Makes what is kept of a password (Argon2id, 19 MiB, 2 passes).",
  input: z.strictObject({ password }),
  example: { password: "correct horse battery staple" },
  memoryBytes: memoryKiB * 1024,
  run({ password: text }) {
    const salt = randomBytes(16);
    return shown(salt, argon2Sync("argon2id", parametersOf(text, salt)));
  },
  async runAsync({ password: text }) {
    const salt = randomBytes(16);
    return shown(salt, await argon2Async("argon2id", parametersOf(text, salt)));
  },
});

export const verifyPassword = defineTask({
  name: "verify-password",
  description: "Says whether a password is the one that was kept.",
  input: z.strictObject({ password, kept }),
  example: {
    password: "correct horse battery staple",
    kept: {
      salt: "AAAAAAAAAAAAAAAAAAAAAA==",
      digest: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    },
  },
  memoryBytes: memoryKiB * 1024,
  run({ password: text, kept: { salt, digest } }) {
    const made = argon2Sync("argon2id", parametersOf(text, Buffer.from(salt, "base64")));
    return { isRight: isSame(made, digest) };
  },
  async runAsync({ password: text, kept: { salt, digest } }) {
    const made = await argon2Async("argon2id", parametersOf(text, Buffer.from(salt, "base64")));
    return { isRight: isSame(made, digest) };
  },
});

/** In constant time. */
function isSame(made: Buffer, digest: string): boolean {
  const keptBytes = Buffer.from(digest, "base64");
  return made.length === keptBytes.length && timingSafeEqual(made, keptBytes);
}

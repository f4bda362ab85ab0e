import type { RunContext } from "../run-context.ts";
import { hashDigest } from "./hash/digest.ts";
import { sortJson } from "./json/canonical.ts";
import { multiplyMatrices } from "./matrix/product.ts";
import { countPrimes } from "./primes/sieve.ts";

/**
 * The functions of the built-in tasks by name, for threads: the same functions that the task
 * definitions run. Threads get checked input, and loading zod would double their start.
 */
export const kernels: Readonly<Record<string, (input: never, context: RunContext) => unknown>> = {
  hash: hashDigest,
  json: sortJson,
  matrix: multiplyMatrices,
  primes: countPrimes,
};

import type { RunContext } from "../task.ts";
import { hashDigest } from "./hash/digest.ts";
import { sortJson } from "./json/canonical.ts";
import { multiplyMatrices } from "./matrix/product.ts";
import { countPrimes } from "./primes/sieve.ts";

/**
 * The functions of the built-in tasks by name, each the very function that its definition runs,
 * for threads: they get input that was checked before, and would spend as long on loading zod as on
 * everything else.
 */
export const kernels: Readonly<Record<string, (input: never, context: RunContext) => unknown>> = {
  hash: hashDigest,
  json: sortJson,
  matrix: multiplyMatrices,
  primes: countPrimes,
};

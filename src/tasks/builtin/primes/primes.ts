import { defineTask } from "../../define.ts";
import { closedObject, wholeNumberField } from "../fields.ts";
import { countPrimes } from "./sieve.ts";

/** The task `primes`: integer arithmetic in JavaScript, with little memory and no garbage. */
export const primesTask = defineTask({
  name: "primes",
  description: "Counts the primes from 2 to limit with a sieve in JavaScript, and tells the last.",
  input: closedObject("primes", {
    limit: wholeNumberField("limit", 2, 100_000_000).describe("Counts up to here, itself included"),
  }),
  example: { limit: 15_000_000 },
  run: countPrimes,
});

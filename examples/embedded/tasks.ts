import { defineTask, z } from "../../src/index.ts"; // in your project: from "manycore"

export const fibonacci = defineTask({
  name: "fibonacci",
  description: "A Fibonacci number, the slow way.",
  input: z.strictObject({ n: z.int().min(0).max(40) }),
  example: { n: 30 },
  run: ({ n }) => ({ value: fib(n) }),
});

function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

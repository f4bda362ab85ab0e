import { defineTask, z } from "../src/index.ts"; // in your project: from "manycore"

export const double = defineTask({
  name: "double",
  description: "Doubles a number.",
  input: z.strictObject({ value: z.number() }),
  example: { value: 21 },
  run: ({ value }) => ({ value: value * 2 }),
});

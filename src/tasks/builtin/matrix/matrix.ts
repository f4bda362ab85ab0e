import { defineTask } from "../../define.ts";
import { closedObject, wholeNumberField } from "../fields.ts";
import { multiplyMatrices } from "./product.ts";

/** The task `matrix`: floating point in JavaScript, much memory, bytes as output. */
export const matrixTask = defineTask({
  name: "matrix",
  description:
    "Multiplies two square matrices made of a seed; product has the result's elements by rows, " +
    "as little-endian 64-bit floats.",
  input: closedObject("matrix", {
    size: wholeNumberField("size", 1, 1024).describe("Rows and columns"),
    seed: wholeNumberField("seed", 0, 2 ** 32 - 1)
      .default(0)
      .describe("Of mulberry32, which makes first A, then B, by rows, from [0, 1)"),
  }),
  example: { size: 256, seed: 1 },
  run: multiplyMatrices,
});

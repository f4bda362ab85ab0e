import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matrixTask } from "../../../src/tasks/builtin/matrix/matrix.ts";
import {
  mulberry32,
  multiplyMatrices,
  randomMatrix,
} from "../../../src/tasks/builtin/matrix/product.ts";

function factors(size: number, seed: number): [Float64Array, Float64Array] {
  const random = mulberry32(seed);
  return [randomMatrix(size, random), randomMatrix(size, random)];
}

/** Reads the bytes in the documented order, whatever the machine's order is. */
function elements(product: Uint8Array): number[] {
  const view = new DataView(product.buffer, product.byteOffset, product.byteLength);
  return Array.from({ length: product.byteLength / 8 }, (_, i) => view.getFloat64(8 * i, true));
}

/** Computes the product by its definition, in the order of A's columns. */
function naiveProduct(a: Float64Array, b: Float64Array, size: number): number[] {
  return Array.from({ length: size * size }, (_, index) => {
    const [row, column] = [Math.floor(index / size), index % size];
    let sum = 0;
    for (let k = 0; k < size; k += 1) {
      sum += (a[row * size + k] ?? 0) * (b[k * size + column] ?? 0);
    }
    return sum;
  });
}

function timesVector(matrix: ArrayLike<number>, vector: readonly number[]): number[] {
  const size = vector.length;
  return vector.map((_, row) =>
    vector.reduce((sum, x, column) => sum + (matrix[row * size + column] ?? 0) * x, 0),
  );
}

test("the product is the naive one to the last bit, across the edges of blocks", () => {
  const sizes = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(63, 64, 65, 130));
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (size, seed) => {
      const { product, trace } = multiplyMatrices({ size, seed });
      const [a, b] = factors(size, seed);
      const expected = naiveProduct(a, b, size);
      expect(elements(product)).toEqual(expected);
      expect(trace).toBe(expected.reduce((sum, x, i) => (i % (size + 1) === 0 ? sum + x : sum), 0));
    }),
    { numRuns: 40 },
  );
});

// Freivalds: A (B x) = C x for a random x finds a wrong C in half of the cases or more.
test("a large product passes Freivalds' check, and a wrong one does not", () => {
  const size = 300;
  const [a, b] = factors(size, 7);
  const c = elements(multiplyMatrices({ size, seed: 7 }).product);
  const random = mulberry32(99);
  const x = Array.from({ length: size }, () => (random() < 0.5 ? 1 : -1));
  const direct = timesVector(a, timesVector(b, x));
  const error = (product: number[]) =>
    Math.max(...timesVector(product, x).map((y, i) => Math.abs(y - (direct[i] ?? 0))));
  expect(error(c)).toBeLessThan(1e-8);
  expect(error(c.map((value, i) => (i === 1234 ? value + 0.001 : value)))).toBeGreaterThan(5e-4);
});

test("mulberry32 gives the published numbers for the seed 0", () => {
  const random = mulberry32(0);
  expect([random(), random(), random()]).toEqual([
    0.26642920868471265, 0.0003297457005828619, 0.2232720274478197,
  ]);
});

test("the bytes have a buffer of their own, so that it can be moved", () => {
  for (const size of [1, 2, 100]) {
    const { product } = multiplyMatrices({ size, seed: 1 });
    expect([product.byteOffset, product.byteLength, product.buffer.byteLength]).toEqual([
      0,
      8 * size * size,
      8 * size * size,
    ]);
    const moved = structuredClone(product, { transfer: [product.buffer] });
    expect([moved.byteLength, product.byteLength]).toEqual([8 * size * size, 0]);
  }
});

test("another seed gives another product", () => {
  const trace = (seed: number) => multiplyMatrices({ size: 4, seed }).trace;
  expect(trace(1)).toBe(trace(1));
  expect(new Set([0, 1, 2, 2 ** 31, 2 ** 32 - 1].map(trace)).size).toBe(5);
});

describe("the schema", () => {
  test("takes the seed 0 where none is given", () => {
    expect(matrixTask.input.parse({ size: 4 })).toEqual({ size: 4, seed: 0 });
  });

  test.each([
    ["size", { size: 0 }, "size must be a whole number from 1 to 1024"],
    ["size", { size: 1025 }, "size must be a whole number from 1 to 1024"],
    ["size", { size: Number.NaN }, "size must be a whole number from 1 to 1024"],
    ["size", {}, "size must be a whole number from 1 to 1024"],
    ["seed", { size: 4, seed: -1 }, "seed must be a whole number from 0 to 4294967295"],
    ["seed", { size: 4, seed: 2 ** 32 }, "seed must be a whole number from 0 to 4294967295"],
    ["seed", { size: 4, seed: "1" }, "seed must be a whole number from 0 to 4294967295"],
    ["rows", { size: 4, rows: 5 }, "rows is not a field of matrix: it takes size, seed"],
  ])("names %s in %o", (field, input, message) => {
    expect(matrixTask.input.safeParse(input).error?.issues).toMatchObject([
      { path: [field], message },
    ]);
  });
});

import { endianness } from "node:os";
import { giveAway } from "../../output/given-away.ts";

export interface MatrixInput {
  /** Rows and columns. */
  readonly size: number;
  /** 32 bits. */
  readonly seed: number;
}

export interface MatrixResult extends MatrixInput {
  /** C = A B by rows, each element a little-endian 64-bit float; given away. */
  readonly product: Uint8Array<ArrayBuffer>;
  /** The sum of C's diagonal, added from its start. */
  readonly trace: number;
}

/** Rows of B in use at a time: at most half a megabyte, which fits a core's cache. */
const blockRows = 64;

/** Makes A and B from the seed and multiplies them. Every sum begins with the first column of A. */
export function multiplyMatrices({ size, seed }: MatrixInput): MatrixResult {
  const random = mulberry32(seed);
  const a = randomMatrix(size, random);
  const b = randomMatrix(size, random);
  const c = productOf(a, b, size);
  let trace = 0;
  for (let i = 0; i < size; i += 1) trace += c[i * size + i] ?? 0;
  const product = giveAway(new Uint8Array(c.buffer));
  if (endianness() === "BE") Buffer.from(c.buffer).swap64();
  return { size, seed, product, trace };
}

/** A matrix by rows, with elements drawn in order from [0, 1). */
export function randomMatrix(size: number, random: () => number): Float64Array<ArrayBuffer> {
  const elements = new Float64Array(size * size);
  for (let index = 0; index < elements.length; index += 1) elements[index] = random();
  return elements;
}

/**
 * Tommy Ettinger's generator mulberry32, in the form that is common in JavaScript: 32 bits of
 * state, each number a multiple of 2^-32 in [0, 1).
 */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Walks along rows only, so that memory is read in order, and takes B in blocks of rows. */
function productOf(a: Float64Array, b: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const c = new Float64Array(size * size);
  for (let start = 0; start < size; start += blockRows) {
    const end = Math.min(start + blockRows, size);
    for (let i = 0; i < size; i += 1) {
      for (let k = start; k < end; k += 1) addScaledRow(c, i, a[i * size + k] ?? 0, b, k, size);
    }
  }
  return c;
}

/** c[to] += factor * b[from], row by row. */
function addScaledRow(
  c: Float64Array,
  to: number,
  factor: number,
  b: Float64Array,
  from: number,
  size: number,
): void {
  const shift = (from - to) * size;
  for (let index = to * size; index < (to + 1) * size; index += 1) {
    c[index] = (c[index] ?? 0) + factor * (b[index + shift] ?? 0);
  }
}

/** A WebAssembly module, compiled once in each thread. mandelbrot.wasm is made of mandelbrot.wat. */
import { readFile } from "node:fs/promises";
import { bytes, defineTask, z } from "../../src/index.ts"; // in your project: from "manycore"

interface Drawing {
  readonly memory: WebAssembly.Memory;
  grow(bytes: number): void;
  row(at: number, width: number, x: number, y: number, step: number, most: number): void;
}

const file = new URL("mandelbrot.wasm", import.meta.url);

export const mandelbrot = defineTask({
  name: "mandelbrot",
  description: "Draws a part of the Mandelbrot set, as a grey picture (PGM).",
  input: z.strictObject({
    size: z.int().min(1).max(4096).default(512),
    x: z.number().default(-0.5),
    y: z.number().default(0),
    extent: z.number().positive().default(3),
    turns: z.int().min(1).max(10_000).default(500),
  }),
  example: { size: 256 },
  async setup() {
    const { instance } = await WebAssembly.instantiate(await readFile(file));
    return instance.exports as unknown as Drawing;
  },
  run({ size, x, y, extent, turns }, { resources: drawing, progress }) {
    drawing.grow(size * size);
    const step = extent / size;
    for (let row = 0; row < size; row++) {
      const top = y - extent / 2 + row * step;
      drawing.row(row * size, size, x - extent / 2, top, step, turns);
      progress({ rows: row + 1, of: size });
    }
    const head = Buffer.from(`P5 ${size} ${size} 255\n`);
    const picture = new Uint8Array(drawing.memory.buffer, 0, size * size);
    return bytes(Buffer.concat([head, picture]), "image/x-portable-graymap");
  },
});

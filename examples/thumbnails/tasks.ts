/** Thumbnails of photos, with sharp: bytes in, bytes out. */
import sharp from "sharp";
import { bytes, defineTask, InputError, z } from "../../src/index.ts"; // in your project: from "manycore"

/** libvips would use every core for each run. Here each run has the cores of its slots. */
sharp.concurrency(1);
sharp.cache(false);

const query = z.strictObject({
  width: z.int().min(1).max(4096).default(200),
  format: z.enum(["webp", "jpeg", "png"]).default("webp"),
});

export const thumbnail = defineTask({
  name: "thumbnail",
  description: "Makes a small picture of a large one.",
  // Any type, so that a bare curl works: sharp sees what it is.
  input: bytes({ maxBytes: 20_000_000, query }),
  memoryBytes: 200_000_000, // A photo of 50 megapixels, decoded.
  async run({ data, query: { width, format } }) {
    try {
      const small = await sharp(data).rotate().resize({ width, withoutEnlargement: true });
      return bytes(await small.toFormat(format).toBuffer(), `image/${format}`);
    } catch (error) {
      throw new InputError(`the picture cannot be read: ${(error as Error).message}`);
    }
  },
});

/** Makes the inputs that the examples are measured with: the same each time. */
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { createRandom } from "../../load/statistics/random.ts";

/** Noise on a gradient: as hard to compress as a photo. */
export async function makePhoto(): Promise<Uint8Array> {
  const [width, height, channels] = [2000, 1500, 3] as const;
  const random = createRandom(1);
  const pixels = new Uint8Array(width * height * channels);
  for (let at = 0; at < pixels.length; at += 1) {
    const place = (at / channels) % width;
    pixels[at] = 40 + (150 * place) / width + 40 * random();
  }
  return sharp(pixels, { raw: { width, height, channels } }).jpeg({ quality: 85 }).toBuffer();
}

const salesBytes = 500_000;

export async function makeSales(): Promise<string> {
  const random = createRandom(1);
  const cities = ["Amsterdam", "Berlin", "Cairo", "Delhi", "Espoo", "Fortaleza"];
  const lines = ["day,city,amount,note"];
  for (let length = 0, row = 0; length < salesBytes; row += 1) {
    const city = cities[Math.floor(random() * cities.length)];
    const line = `2026-01-${1 + (row % 28)},${city},${(1_000 * random()).toFixed(2)},"sale ${row}"`;
    lines.push(line);
    length += line.length + 1;
  }
  return `${lines.join("\n")}\n`;
}

export async function makeSeries(): Promise<string> {
  const random = createRandom(1);
  const series = Array.from({ length: 6 }, (_, index) => ({
    name: `line ${index + 1}`,
    values: Array.from({ length: 2_000 }, () => Math.round(1_000 * random())),
  }));
  return JSON.stringify({ title: "Six lines", series });
}

export async function readPages(): Promise<string> {
  const names = ["http", "jobs", "tasks"];
  const pages = names.map((name) => new URL(`../../../docs/${name}.md`, import.meta.url));
  const texts = await Promise.all(pages.map((page) => readFile(page, "utf8")));
  return JSON.stringify({ text: texts.join("\n") });
}

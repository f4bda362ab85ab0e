import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** uPlot as it is installed, to be put into a page: a chart library of 50 KB, MIT licence. */
export interface UplotSource {
  /** Defines the global `uPlot`; its licence stands before it. */
  readonly script: string;
  readonly style: string;
}

let source: UplotSource | null = null;

export function readUplot(): UplotSource {
  source ??= {
    script: `/*\n${read("LICENSE")}*/\n${read("dist/uPlot.iife.min.js")}`,
    style: read("dist/uPlot.min.css"),
  };
  return source;
}

function read(file: string): string {
  const text = readFileSync(createRequire(import.meta.url).resolve(`uplot/${file}`), "utf8");
  if (/<\/(script|style)/i.test(text)) throw new Error(`uplot/${file} cannot be put into a page`);
  return text;
}

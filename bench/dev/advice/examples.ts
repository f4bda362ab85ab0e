/** What is measured of each example: a task, and an input of a few ms a run. */
import { makePhoto, makeSales, makeSeries, readPages } from "./inputs.ts";

export interface Example {
  /** In `examples/`. */
  readonly folder: string;
  readonly task: string;
  /** What one run does, in words. */
  readonly run: string;
  /** The file that `--input` names. Null if there is none. */
  readonly file: { readonly name: string; make(): Promise<Uint8Array | string> } | null;
  /** Further words of the command line. */
  readonly words: readonly string[];
}

export const examples: readonly Example[] = [
  {
    ...{ folder: "charts", task: "chart", words: [] },
    run: "a chart of 6 lines with 2,000 points each",
    file: { name: "chart.json", make: makeSeries },
  },
  {
    ...{ folder: "csv-sums", task: "csv-sums" },
    run: "the sums of a CSV file of 500 KB",
    file: { name: "sales.csv", make: makeSales },
    words: ["--type", "text/csv", "--query", "by=city", "--query", "of=amount"],
  },
  {
    ...{ folder: "mandelbrot", task: "mandelbrot", file: null },
    run: "a picture of 150 × 150 points",
    words: ["--input", '{"size":150}'],
  },
  {
    ...{ folder: "markdown", task: "markdown", words: [] },
    run: "the HTML of three pages of this project's documentation",
    file: { name: "pages.json", make: readPages },
  },
  {
    ...{ folder: "passwords", task: "verify-password", file: null, words: [] },
    run: "one password",
  },
  {
    ...{ folder: "text-search", task: "search", file: null },
    run: "a search for nine words",
    words: ["--input", '{"words":"what happens to a job whose worker was killed"}'],
  },
  {
    ...{ folder: "thumbnails", task: "thumbnail" },
    run: "a thumbnail of a photo of 2000 × 1500 points",
    file: { name: "photo.jpg", make: makePhoto },
    words: ["--type", "image/jpeg", "--query", "width=200"],
  },
];

import type { CountedMetric, Series } from "./figures.ts";

/** Adds up what several processes, or lives of one, have counted. */
export function sumCounted(lists: Iterable<readonly CountedMetric[]>): CountedMetric[] {
  const sums = new Map<string, Map<string, Sum>>();
  for (const list of lists) {
    for (const { name, series } of list) {
      const ofName = sums.get(name) ?? new Map<string, Sum>();
      sums.set(name, ofName);
      for (const one of series) add(ofName, one);
    }
  }
  return Array.from(sums, ([name, ofName]) => ({ name, series: [...ofName.values()] }));
}

interface Sum extends Series {
  readonly numbers: number[];
}

function add(sums: Map<string, Sum>, { labels, numbers }: Series): void {
  const key = JSON.stringify(labels);
  const sum = sums.get(key)?.numbers;
  if (!sum) {
    sums.set(key, { labels, numbers: [...numbers] });
    return;
  }
  for (const [place, number] of numbers.entries()) sum[place] = (sum[place] ?? 0) + number;
}

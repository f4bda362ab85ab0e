/** From which length of run threads pay, and from which size of input they do not any more. */
import type { CrossoverSample } from "../run/collected.ts";
import { median } from "../statistics/sample.ts";
import type { Crossover, CrossoverPoint } from "./bench-result.ts";

/** Less than this is not told from noise, in cells as short as these. */
const clear = 0.1;

/** Null where nothing was measured. */
export function crossoverOf(samples: readonly CrossoverSample[]): Crossover | null {
  if (samples.length === 0) return null;
  const lengths = pointsOf(samples, "length");
  const payloads = pointsOf(samples, "payload");
  const sentence = [lengthClause(lengths), payloadClause(payloads)].filter(Boolean).join(" ");
  return { lengths, payloads, sentence };
}

function pointsOf(samples: readonly CrossoverSample[], axis: CrossoverSample["axis"]) {
  const byX = Map.groupBy(
    samples.filter((sample) => sample.axis === axis),
    ({ x }) => x,
  );
  return [...byX]
    .map(([x, alike]): CrossoverPoint => {
      const byVariant = Object.entries(Object.groupBy(alike, ({ variant }) => variant));
      const rates = byVariant.map(([variant, cells = []]) => [
        variant,
        median(cells.map(({ runsPerSecond }) => runsPerSecond)),
      ]);
      return { x, throughput: Object.fromEntries(rates) };
    })
    .sort((a, b) => a.x - b.x);
}

/** threads over another variant; null where one of them was not measured. */
function threadsOver(other: string, { throughput }: CrossoverPoint): number | null {
  const [threads, baseline] = [throughput["threads"], throughput[other]];
  return threads === undefined || baseline === undefined || baseline <= 0
    ? null
    : threads / baseline;
}

function lengthClause(points: readonly CrossoverPoint[]): string {
  const ratios = points.flatMap((point) => {
    const ratio = threadsOver("single", point);
    return ratio === null ? [] : [{ x: point.x, ratio }];
  });
  const [shortest] = ratios;
  if (shortest === undefined) return "";
  const last = ratios.findLastIndex(({ ratio }) => ratio < 1 + clear);
  const from = ratios[last + 1];
  const least = `at ${shortest.x} ms they do ${shortest.ratio.toFixed(2)} times what single does`;
  if (from === undefined) {
    return `At no length of run that was tried do threads do more than one process alone; ${least}.`;
  }
  return last === -1
    ? `Threads do more than one process alone at every length of run that was tried, from ${from.x} ms on; ${least}.`
    : `Threads do more than one process alone from runs of about ${from.x} ms on; ${least}.`;
}

function payloadClause(points: readonly CrossoverPoint[]): string {
  const ratios = points.flatMap((point) => {
    const [single, cluster] = [threadsOver("single", point), threadsOver("cluster", point)];
    return single === null ? [] : [{ x: point.x, single, cluster }];
  });
  const [first] = ratios;
  const largest = ratios.at(-1);
  if (first === undefined || largest === undefined) return "";
  const against =
    largest.cluster === null ? "" : ` and ${largest.cluster.toFixed(2)} times cluster`;
  const end = `with ${sizeText(largest.x)} they do ${largest.single.toFixed(2)} times single${against}`;
  const last = ratios.findLastIndex(({ single }) => single >= 1 + clear);
  const from = ratios[last + 1];
  if (from === undefined) {
    return `Copying JSON inputs to threads and back cost them their gain at no size that was tried; ${end}.`;
  }
  const sizes = last === -1 ? "of every size that was tried" : `of ${sizeText(from.x)} and more`;
  return `With JSON inputs ${sizes}, copying to threads and back costs them their gain over one process alone; ${end}.`;
}

function sizeText(bytes: number): string {
  return bytes >= 1024 ** 2 ? `${bytes / 1024 ** 2} MB` : `${bytes / 1024} KB`;
}

/**
 * Points of the crossover, from the cells: from which length threads pay, and what large inputs
 * cost them.
 */

import {
  estimateRatio,
  type PairedRound,
  type RatioEstimate,
} from "../../load/statistics/bootstrap.ts";
import { median } from "../../load/statistics/sample.ts";
import type { Crossover, CrossoverPoint } from "../result/bench-result.ts";
import type { CrossoverSample } from "../result/collected.ts";
import { writeCrossoverSentence } from "./crossover-sentence.ts";

/** Fewer runs of a variant, over all rounds, cannot be told from noise. */
const leastRuns = 30;

/** Null where nothing was measured. */
export function findCrossover(samples: readonly CrossoverSample[]): Crossover | null {
  if (samples.length === 0) return null;
  const lengths = makePoints(samples, "length");
  const payloads = makePoints(samples, "payload");
  return { lengths, payloads, sentence: writeCrossoverSentence(lengths, payloads) };
}

function makePoints(samples: readonly CrossoverSample[], axis: CrossoverSample["axis"]) {
  const byX = Map.groupBy(
    samples.filter((sample) => sample.axis === axis),
    ({ x }) => x,
  );
  return [...byX].map(([x, cells]) => makePoint(x, cells)).sort((a, b) => a.x - b.x);
}

function makePoint(x: number, cells: readonly CrossoverSample[]): CrossoverPoint {
  const sound = cells.filter(({ reasons }) => reasons.length === 0);
  const byVariant = Map.groupBy(sound, ({ variant }) => variant);
  const throughput = [...byVariant].map(([variant, own]) => [
    variant,
    median(own.map(({ runsPerSecond }) => runsPerSecond)),
  ]);
  return {
    ...{ x, runMs: cells[0]?.runMs ?? 0, throughput: Object.fromEntries(throughput) },
    overSingle: estimateOver("single", byVariant),
    overCluster: estimateOver("cluster", byVariant),
    reasons: listFaults(cells),
  };
}

/** Throughput of threads over another variant, round by round. Null if it is not known. */
function estimateOver(
  other: string,
  byVariant: ReadonlyMap<string, readonly CrossoverSample[]>,
): RatioEstimate | null {
  const [threads, baselines] = [byVariant.get("threads") ?? [], byVariant.get(other) ?? []];
  if ([threads, baselines].some((cells) => countRuns(cells) < leastRuns)) return null;
  const rounds = threads.flatMap(({ round, runsPerSecond }): PairedRound[] => {
    const baseline = baselines.find((cell) => cell.round === round)?.runsPerSecond ?? 0;
    return baseline > 0 && runsPerSecond > 0 ? [{ baseline, variant: runsPerSecond }] : [];
  });
  const ratio = rounds.length === 0 ? null : estimateRatio(rounds, { of: "rounds" });
  return ratio?.interval ? ratio : null;
}

function countRuns(cells: readonly CrossoverSample[]): number {
  return cells.reduce((sum, { runs }) => sum + runs, 0);
}

/** Why cells were left out, or why a ratio is not known. */
function listFaults(cells: readonly CrossoverSample[]): string[] {
  const found = [...Map.groupBy(cells, ({ variant }) => variant)].flatMap(([variant, own]) => {
    const left = own.filter(({ reasons }) => reasons.length > 0);
    const [first] = left.flatMap(({ reasons }) => reasons);
    const runs = countRuns(own.filter(({ reasons }) => reasons.length === 0));
    return [
      ...(first === undefined
        ? []
        : [
            `${left.length} of ${own.length} cells of ${variant} ${left.length === 1 ? "was" : "were"} left out: ${first}`,
          ]),
      ...(runs < leastRuns && left.length < own.length
        ? [`${runs} runs of ${variant} are fewer than ${leastRuns}`]
        : []),
    ];
  });
  return [...new Set(found)];
}

/** What the verdict says of the modes. It uses only rows that are valid. Pure. */

import { capitalize, listNames, writeMs, writeRatio } from "../../command/wording.ts";
import type { RatioEstimate } from "../../load/statistics/bootstrap.ts";
import { findSharedTail, namePercentile, readTold } from "../../load/statistics/percentiles.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";
import { canRank, findRatio, findSoundModes, isAbove } from "./order.ts";
import { writeShare } from "./wording.ts";

type Result = Pick<BenchResult, "variants" | "pairs" | "control" | "plan">;

/**
 * `GET /` is slow if it takes this many times as long as in another mode, and at least this long.
 */
const lightFactor = 3;
const lightSlowMs = 10;

/** The fastest mode, the modes that cannot be told from it, and what the server costs. */
export function tellBest(result: Result): string[] {
  const modes = findSoundModes(result);
  const ranked = modes.toSorted((a, b) => (b.peak?.median ?? 0) - (a.peak?.median ?? 0));
  const [first, ...others] = ranked;
  if (first === undefined) return [];
  if (others.length === 0) return [capitalize(`${describeReach(first)}.`)];
  if (!canRank(result)) {
    const { rounds } = result.plan;
    return [
      `${rounds} ${rounds === 1 ? "round is" : "rounds are"} too few to rank the modes. Use --rounds 6 or more.`,
    ];
  }
  const isBehind = ({ name }: VariantResult) =>
    isAbove(result.pairs.throughput, first.name, name, result);
  const level = [first, ...others.filter((mode) => !isBehind(mode))];
  const names = level.map(({ name }) => name);
  const apart = names.length === 1 ? "" : " This run cannot tell them apart.";
  return [
    `Use ${listNames(names, "or")} for the highest throughput.${apart} ${capitalize(describeReach(first))}.`,
  ];
}

function describeReach({ name, efficiency, cpuOverBare }: VariantResult): string {
  const share = efficiency === null ? "" : ` ${describeShareOfBare(efficiency)}`;
  const cpu =
    cpuOverBare === null ? "" : ` takes ${cpuOverBare.ratio.toFixed(2)} times its CPU time a run`;
  const parts = [share, cpu].filter((part) => part !== "");
  return parts.length === 0 ? `${name} was measured` : `${name}${parts.join(" and")}`;
}

/** A share over 1 cannot be told from the limit. */
function describeShareOfBare({ ratio, interval }: RatioEstimate): string {
  const range =
    interval === null ? "" : ` [${writeShare(interval.low)}, ${writeShare(interval.high)}]`;
  return ratio > 1
    ? `cannot be told from the bare computation${range}`
    : `reaches ${writeShare(ratio)} of the bare computation${range}`;
}

/** `GET /` beside the full load. */
export function tellLight(result: Result): string[] {
  const lit = findSoundModes(result).flatMap(({ name, light }) => (light ? [{ name, light }] : []));
  const tail = findSharedTail(lit.map(({ light }) => light));
  // A median does not show how slow a light route can be.
  if (tail === null || tail === "p50" || lit.length < 2) return [];
  const ranked = lit
    .map((mode) => ({ name: mode.name, took: readTold(mode.light, tail) ?? 0 }))
    .sort((a, b) => a.took - b.took);
  const [quick, slow] = [ranked[0], ranked.at(-1)];
  if (quick === undefined || slow === undefined) return [];
  const at = namePercentile(tail);
  const where =
    lit.length === findSoundModes(result).length
      ? "every mode"
      : listNames(lit.map(({ name }) => name));
  if (slow.took < lightFactor * quick.took || slow.took < lightSlowMs) {
    return [
      `Light routes are equally quick in ${where} beside the full load: GET / ${at} ${writeMs(quick.took)} (${quick.name}) to ${writeMs(slow.took)} (${slow.name}).`,
    ];
  }
  const { light } = result.pairs;
  if (!isAbove(light, slow.name, quick.name, result)) {
    const figures = lit.map((mode) => `${mode.name} ${writeMs(readTold(mode.light, tail) ?? 0)}`);
    return [
      `GET / beside the full load: ${at} ${listNames(figures)}; this run cannot tell which is quicker.`,
    ];
  }
  const level = ranked.filter(
    ({ name, took }) =>
      took < lightFactor * quick.took && !isAbove(light, name, quick.name, result),
  );
  const most = Math.max(...level.map(({ took }) => took));
  const took =
    writeMs(most) === writeMs(quick.took)
      ? writeMs(most)
      : `${writeMs(quick.took)} to ${writeMs(most)}`;
  return [
    `If light routes must stay quick, use ${listNames(
      level.map(({ name }) => name),
      "or",
    )}: GET / ${at} ${took} beside the full load, against ${writeMs(slow.took)} with ${slow.name}.`,
  ];
}

/** Only figures; the interval says what they mean. */
export function tellTutorial(result: Result): string[] {
  const find = (name: string) =>
    result.variants.find((one) => one.name === name && one.validity.valid);
  const [plain, ours] = [find("tutorial"), find("cluster")];
  const ratio = findRatio(result.pairs.throughput, "cluster", "tutorial");
  if (!plain || !ours || ratio === null) return [];
  const tail = plain.light && ours.light && findSharedTail([plain.light, ours.light]);
  const took = (percentile: "p50" | "p95" | "p99") =>
    `${percentile} ${writeMs(ours.light?.[percentile] ?? 0)} against ${writeMs(plain.light?.[percentile] ?? 0)}`;
  const percentiles =
    tail === null
      ? []
      : tail === "p99" || tail === "p95"
        ? (["p50", tail] as const)
        : (["p50"] as const);
  const beside =
    percentiles.length === 0 ? "" : `, and its GET / takes ${percentiles.map(took).join(", ")}`;
  return [
    `Mode cluster does ${writeRatio(ratio)} the runs of the plain cluster of the tutorials${beside}.`,
  ];
}

/** One cell each has no interval, so they stand in the order of the modes. */
export function tellTails(result: Result): string[] {
  const at = findSoundModes(result).flatMap(({ name, latency }) => {
    const point = latency.find(({ share, validity }) => share === 0.8 && validity.valid);
    return point === undefined ? [] : [{ name, times: point.latency }];
  });
  const tail = findSharedTail(at.map(({ times }) => times));
  if (at.length < 2 || tail === null) return [];
  const texts = at.map(({ name, times }) => `${name} ${writeMs(readTold(times, tail) ?? 0)}`);
  return [
    `At 80 % of each mode's own peak the ${namePercentile(tail)} of runs was ${listNames(texts)}; one cell each cannot rank them.`,
  ];
}

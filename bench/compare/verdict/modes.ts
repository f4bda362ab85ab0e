/** What the verdict says of the modes beside each other: pure. Only of rows that may be believed. */

import { capital, list, ms, ratioText } from "../../command/wording.ts";
import type { RatioEstimate } from "../../load/statistics/bootstrap.ts";
import { percentileName, sharedTail, told } from "../../load/statistics/percentiles.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";
import { canRank, isAbove, ratioBetween, soundModes } from "./order.ts";
import { percent } from "./wording.ts";

type Result = Pick<BenchResult, "variants" | "pairs" | "control" | "plan">;

/** `GET /` is slow where it takes this many times as long as elsewhere, and at least so long. */
const lightFactor = 3;
const lightSlowMs = 10;

/** The fastest mode, with those that cannot be told from it, and what is lost to the server. */
export function best(result: Result): string[] {
  const modes = soundModes(result);
  const ranked = modes.toSorted((a, b) => (b.peak?.median ?? 0) - (a.peak?.median ?? 0));
  const [first, ...others] = ranked;
  if (first === undefined) return [];
  if (others.length === 0) return [capital(`${reach(first)}.`)];
  if (!canRank(result)) {
    const { rounds } = result.plan;
    return [
      `${rounds} ${rounds === 1 ? "round tells" : "rounds tell"} no order of the modes: these are figures only; --rounds 6 tells more.`,
    ];
  }
  const isBehind = ({ name }: VariantResult) =>
    isAbove(result.pairs.throughput, first.name, name, result);
  const level = [first, ...others.filter((mode) => !isBehind(mode))];
  const who =
    level.length === 1
      ? `The highest throughput is that of ${first.name}`
      : `The highest throughput is shared by ${list(level.map(({ name }) => name))}, which this run cannot tell apart`;
  return [`${who}; ${reach(first)}.`];
}

function reach({ name, efficiency, cpuOverBare }: VariantResult): string {
  const share = efficiency === null ? "" : ` ${shareOfBare(efficiency)}`;
  const cpu =
    cpuOverBare === null ? "" : ` takes ${cpuOverBare.ratio.toFixed(2)} times its CPU time a run`;
  const parts = [share, cpu].filter((part) => part !== "");
  return parts.length === 0 ? `${name} was measured` : `${name}${parts.join(" and")}`;
}

/** A share over 1 whose interval reaches below that is one that cannot be told from the limit. */
function shareOfBare({ ratio, interval }: RatioEstimate): string {
  const range = interval === null ? "" : ` [${percent(interval.low)}, ${percent(interval.high)}]`;
  return ratio > 1
    ? `cannot be told from the bare computation${range}`
    : `reaches ${percent(ratio)} of the bare computation${range}`;
}

/** `GET /` beside the full load. */
export function light(result: Result): string[] {
  const lit = soundModes(result).flatMap(({ name, light }) => (light ? [{ name, light }] : []));
  const tail = sharedTail(lit.map(({ light }) => light));
  // A median tells nothing of how slow a light route can be.
  if (tail === null || tail === "p50" || lit.length < 2) return [];
  const ranked = lit
    .map((mode) => ({ name: mode.name, took: told(mode.light, tail) ?? 0 }))
    .sort((a, b) => a.took - b.took);
  const [quick, slow] = [ranked[0], ranked.at(-1)];
  if (quick === undefined || slow === undefined) return [];
  const at = percentileName(tail);
  const where =
    lit.length === soundModes(result).length ? "every mode" : list(lit.map(({ name }) => name));
  if (slow.took < lightFactor * quick.took || slow.took < lightSlowMs) {
    return [
      `Light routes stay alike in ${where} under full load: GET / ${at} ${ms(quick.took)} (${quick.name}) to ${ms(slow.took)} (${slow.name}).`,
    ];
  }
  const { light } = result.pairs;
  if (!isAbove(light, slow.name, quick.name, result)) {
    const figures = lit.map((mode) => `${mode.name} ${ms(told(mode.light, tail) ?? 0)}`);
    return [
      `GET / beside the full load: ${at} ${list(figures)}; this run cannot tell which is the quicker.`,
    ];
  }
  const level = ranked.filter(
    ({ name, took }) =>
      took < lightFactor * quick.took && !isAbove(light, name, quick.name, result),
  );
  const most = Math.max(...level.map(({ took }) => took));
  const took = ms(most) === ms(quick.took) ? ms(most) : `${ms(quick.took)} to ${ms(most)}`;
  return [
    `If light routes must stay quick, use ${list(
      level.map(({ name }) => name),
      "or",
    )}: GET / ${at} ${took} beside the full load, against ${ms(slow.took)} with ${slow.name}.`,
  ];
}

/** Figures beside each other; what they mean is told by the interval. */
export function tutorial(result: Result): string[] {
  const find = (name: string) =>
    result.variants.find((one) => one.name === name && one.validity.valid);
  const [plain, ours] = [find("tutorial"), find("cluster")];
  const ratio = ratioBetween(result.pairs.throughput, "cluster", "tutorial");
  if (!plain || !ours || ratio === null) return [];
  const tail = plain.light && ours.light && sharedTail([plain.light, ours.light]);
  const took = (percentile: "p50" | "p95" | "p99") =>
    `${percentile} ${ms(ours.light?.[percentile] ?? 0)} against ${ms(plain.light?.[percentile] ?? 0)}`;
  const percentiles =
    tail === null
      ? []
      : tail === "p99" || tail === "p95"
        ? (["p50", tail] as const)
        : (["p50"] as const);
  const beside =
    percentiles.length === 0 ? "" : `, and GET / has ${percentiles.map(took).join(", ")}`;
  return [
    `Against the plain cluster of the tutorials, mode cluster does ${ratioText(ratio)} the runs${beside}.`,
  ];
}

/** One cell each has no interval, hence they stand in the order of the modes. */
export function tails(result: Result): string[] {
  const at = soundModes(result).flatMap(({ name, latency }) => {
    const point = latency.find(({ share, validity }) => share === 0.8 && validity.valid);
    return point === undefined ? [] : [{ name, times: point.latency }];
  });
  const tail = sharedTail(at.map(({ times }) => times));
  if (at.length < 2 || tail === null) return [];
  const texts = at.map(({ name, times }) => `${name} ${ms(told(times, tail) ?? 0)}`);
  return [
    `At 80 % of each mode's own peak the ${percentileName(tail)} of runs was ${list(texts)}; one cell each tells no order.`,
  ];
}

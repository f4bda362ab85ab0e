import type { Distribution } from "../../load/result.ts";
import {
  estimateRatio,
  findConfidence,
  leastRounds,
  type RatioEstimate,
} from "../../load/statistics/bootstrap.ts";
import { type Percentile, writeTold } from "../../load/statistics/percentiles.ts";
import type { Bar } from "../../report/svg/bars.ts";
import { stamp } from "../../report/table.ts";
import { markup, type Piece } from "../../report/text/markup.ts";
import { formatInterval, formatRatio, formatShare, formatTime } from "../../report/text/numbers.ts";
import type { Measure, VariantKind, VariantResult } from "../result/bench-result.ts";

/** Headings of the kinds of variants. */
export const groups: Readonly<Record<VariantKind, string>> = {
  reference: "References",
  mode: "Modes",
  balance: "Who places connections",
  grid: "Workers × threads",
};

/** The grid has a chart of its own. */
export function withoutGrid(variants: readonly VariantResult[]): readonly VariantResult[] {
  return variants.filter(({ kind }) => kind !== "grid");
}

/** What all charts of a variant share. References are grey. */
export function makeBar(
  variant: VariantResult,
): Pick<Bar, "label" | "group" | "colour" | "invalid"> {
  return {
    label: variant.name,
    group: groups[variant.kind],
    colour: variant.kind === "reference" ? "s0" : "s1",
    invalid: !variant.validity.valid,
  };
}

/**
 * Bootstrap interval of the rounds' median: 95 %, or what so few rounds can give. Null with too few
 * rounds.
 */
export function estimateMedianInterval({ values }: Measure): { low: number; high: number } | null {
  if (values.length < leastRounds || !values.every((value) => value > 0)) return null;
  return estimateRatio(values.map((variant) => ({ variant, baseline: 1 }))).interval;
}

/** "94 % interval", or "no interval" with fewer than four rounds. */
export function describeInterval(rounds: number): string {
  const sure = findConfidence(rounds);
  return sure === null ? "no interval: too few rounds" : `${formatShare(sure)} interval`;
}

/** The name of a row, with a stamp if the row is INVALID. */
export function renderName({ name, validity }: VariantResult): Piece {
  return validity.valid ? name : markup`${name}${stamp}`;
}

/** "1.97× [1.95, 1.99]", or a dash if it was not measured. */
export function formatRatioInterval(estimate: RatioEstimate | null): string {
  return estimate === null
    ? "–"
    : `${formatRatio(estimate.ratio)} ${formatInterval(estimate.interval)}`.trim();
}

/** A percentile: "12 ms" or "> 15 s". A dash if there are too few values. */
export function formatPercentile(times: Distribution | null, percentile: Percentile): string {
  return (times && writeTold(times, percentile, formatTime)) ?? "–";
}

/** For captions of tables that have such dashes. */
export const fewForPercentile = "a dash: too few requests for that percentile";

export function formatOrDash(
  value: number | null | undefined,
  text: (value: number) => string,
): string {
  return value === null || value === undefined ? "–" : text(value);
}

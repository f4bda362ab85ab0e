/** What the user asks for: `p99=200ms`, `errors=0.1%`. */
import { UsageError } from "../../command/failures.ts";
import type { StreamResult } from "../../load/result.ts";

export interface LatencyObjective {
  readonly kind: "latency";
  readonly figure: LatencyFigure;
  readonly limitMs: number;
}

export type Objective =
  | LatencyObjective
  /** Requests that were not answered well, as a share of all: 0.01 is 1 %. */
  | { readonly kind: "errors"; readonly limitShare: number };

/** Figures of latency with their quantiles. The longest takes as many requests as p99. */
const figures = {
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  "p99.9": 0.999,
  max: 0.99,
} as const satisfies Record<string, number>;

export type LatencyFigure = keyof typeof figures;

export const latencyFigures = Object.keys(figures).join(", ");

const grammar = `use ${latencyFigures} with a time (p99=200ms, p50=1.5s), or errors with a share (errors=0.1%)`;
const hourMs = 3_600_000;

export const defaultLatency: Objective = { kind: "latency", figure: "p99", limitMs: 500 };
export const defaultErrors: Objective = { kind: "errors", limitShare: 0.01 };

/** @throws UsageError that shows the text and what is allowed */
export function parseObjective(text: string): Objective {
  const wrong = (why: string) => new UsageError(`--slo ${JSON.stringify(text)}: ${why}`);
  const [, name = "", digits = "", unit = ""] =
    /^([a-z][\w.]*)\s*(?:=|<=)\s*(\d+(?:\.\d+)?)\s*(ms|s|%)?$/i.exec(text.trim()) ?? [];
  if (name === "") throw wrong(grammar);
  const value = Number(digits);
  if (name === "errors") {
    if (unit !== "%") throw wrong(`give errors as a share, such as errors=${digits}%`);
    if (value >= 100) throw wrong("a share of errors below 100%");
    return { kind: "errors", limitShare: value / 100 };
  }
  if (!Object.hasOwn(figures, name)) throw wrong(grammar);
  if (unit !== "ms" && unit !== "s") {
    throw wrong(`give ${name} as a time, such as ${name}=${digits}ms`);
  }
  // By its digits, because 2071.7 * 1_000 is not 2071700.
  const limitMs = unit === "s" ? Number(`${digits}e3`) : value;
  if (limitMs <= 0 || limitMs > hourMs) throw wrong("use a time above 0 and up to 3600s");
  return { kind: "latency", figure: name as LatencyFigure, limitMs };
}

/**
 * The objectives to judge by. Errors are always bounded, because the latency of served requests
 * says nothing of refused ones.
 *
 * @throws UsageError for a text that is no objective, or a figure that is given twice
 */
export function parseObjectives(texts: readonly string[]): readonly Objective[] {
  const given = texts.map(parseObjective);
  const names = given.map((each) => (each.kind === "errors" ? "errors" : each.figure));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`--slo ${twice}: give it once`);
  if (given.length === 0) return [defaultLatency, defaultErrors];
  return names.includes("errors") ? given : [...given, defaultErrors];
}

export function printObjective(objective: Objective): string {
  if (objective.kind === "errors")
    return `errors=${Number((100 * objective.limitShare).toFixed(6))}%`;
  const { figure, limitMs } = objective;
  return `${figure}=${limitMs >= 1_000 && limitMs % 100 === 0 ? `${limitMs / 1_000}s` : `${limitMs}ms`}`;
}

/** The tightest limit on latency. Null if only errors are bounded. */
export function findTightestLimitMs(objectives: readonly Objective[]): number | null {
  const limits = listLimits(objectives);
  return limits.length === 0 ? null : Math.min(...limits);
}

/** The share of the answers that may take longer than the objective's limit: 0.01 for p99. */
export function getOverShare({ figure }: LatencyObjective): number {
  return 1 - figures[figure];
}

/** The limits on latency, in the order of their objectives. */
export function listLimits(objectives: readonly Objective[]): readonly number[] {
  return objectives.flatMap((each) => (each.kind === "latency" ? [each.limitMs] : []));
}

/**
 * The least requests that show an objective to be met with 95 % confidence, if every one of them
 * meets it. With fewer, all may lie below the quantile by luck (ln 0.05 / ln q; Wilks,
 * "Determination of Sample Sizes for Setting Tolerance Limits", 1941). 299 for p99; with one slow
 * answer it takes 473.
 */
export function countRequestsNeededFor(objective: Objective): number {
  const quantile =
    objective.kind === "latency"
      ? figures[objective.figure]
      : 1 - Math.max(objective.limitShare, 1e-4);
  return Math.max(1, Math.ceil(Math.log(0.05) / Math.log(quantile)));
}

export function countRequestsNeeded(objectives: readonly Objective[]): number {
  return Math.max(1, ...objectives.map(countRequestsNeededFor));
}

/** Requests that were not answered well. Requests cut off by the end of the run do not count. */
export function countErrors(load: StreamResult): number {
  return load.wrong + load.unexpected + load.tolerated + load.failed;
}

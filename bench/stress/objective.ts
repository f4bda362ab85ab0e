/** What the user asks of the server: `p99=200ms`, `errors=0.1%`. */
import type { Distribution, StreamResult } from "../generator/result.ts";

export type Objective =
  | { readonly kind: "latency"; readonly figure: LatencyFigure; readonly limitMs: number }
  /** Requests that were not answered well, as a share of all: 0.01 is 1 %. */
  | { readonly kind: "errors"; readonly limitShare: number };

/** A figure of latency, and the quantile that says how many requests it takes to know it. */
const figures = {
  p50: { key: "p50", quantile: 0.5 },
  p75: { key: "p75", quantile: 0.75 },
  p90: { key: "p90", quantile: 0.9 },
  p95: { key: "p95", quantile: 0.95 },
  p99: { key: "p99", quantile: 0.99 },
  "p99.9": { key: "p999", quantile: 0.999 },
  max: { key: "max", quantile: 0.99 },
} as const satisfies Record<string, { key: keyof Distribution; quantile: number }>;

export type LatencyFigure = keyof typeof figures;

const grammar = `use ${Object.keys(figures).join(", ")} with a time (p99=200ms, p50=1.5s), or errors with a share (errors=0.1%)`;
const hourMs = 3_600_000;

export const defaultLatency: Objective = { kind: "latency", figure: "p99", limitMs: 500 };
export const defaultErrors: Objective = { kind: "errors", limitShare: 0.01 };

/** @throws TypeError that shows the text and what is allowed */
export function parseObjective(text: string): Objective {
  const wrong = (why: string) => new TypeError(`--slo ${JSON.stringify(text)}: ${why}`);
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
  const limitMs = unit === "s" ? value * 1_000 : value;
  if (limitMs <= 0 || limitMs > hourMs) throw wrong("use a time above 0 and up to 3600s");
  return { kind: "latency", figure: name as LatencyFigure, limitMs };
}

/**
 * The objectives to judge by. Errors are always bounded: the latency of what was served says
 * nothing about what was refused.
 *
 * @throws TypeError for a text that is no objective, or a figure that is given twice
 */
export function parseObjectives(texts: readonly string[]): readonly Objective[] {
  const given = texts.map(parseObjective);
  const names = given.map((each) => (each.kind === "errors" ? "errors" : each.figure));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`--slo ${twice}: give it once`);
  if (given.length === 0) return [defaultLatency, defaultErrors];
  return names.includes("errors") ? given : [...given, defaultErrors];
}

export function printObjective(objective: Objective): string {
  if (objective.kind === "errors")
    return `errors=${Number((100 * objective.limitShare).toFixed(6))}%`;
  const { figure, limitMs } = objective;
  return `${figure}=${limitMs >= 1_000 && limitMs % 100 === 0 ? `${limitMs / 1_000}s` : `${limitMs}ms`}`;
}

/** The tightest bound on latency; null where only errors are bounded. */
export function tightestLimitMs(objectives: readonly Objective[]): number | null {
  const limits = objectives.flatMap((each) => (each.kind === "latency" ? [each.limitMs] : []));
  return limits.length === 0 ? null : Math.min(...limits);
}

/**
 * The least requests by which an objective can be known to be met, with 95 % confidence: with
 * fewer, all of them may lie below the quantile by luck (ln 0.05 / ln q; Wilks, "Determination of
 * Sample Sizes for Setting Tolerance Limits", 1941). 299 for p99.
 */
export function requestsNeeded(objectives: readonly Objective[]): number {
  const quantiles = objectives.map((each) =>
    each.kind === "latency" ? figures[each.figure].quantile : 1 - Math.max(each.limitShare, 1e-4),
  );
  return Math.max(1, ...quantiles.map((q) => Math.ceil(Math.log(0.05) / Math.log(q))));
}

/** Requests that were not answered well. What was cut off by the end of the run is not among them. */
export function errorsOf(load: StreamResult): number {
  return load.wrong + load.unexpected + load.tolerated + load.failed;
}

/** Why a step does not meet the objectives; empty where it meets them all. */
export function missedBy(load: StreamResult, objectives: readonly Objective[]): readonly string[] {
  const judged = load.intended - load.unanswered;
  return objectives.flatMap((objective) => {
    if (objective.kind === "errors") {
      const share = judged === 0 ? 1 : errorsOf(load) / judged;
      if (share <= objective.limitShare) return [];
      return [`${printObjective(objective)}: ${Number((100 * share).toPrecision(3))}%`];
    }
    const name = printObjective(objective);
    if (load.correct === 0) return [`${name}: nothing was served`];
    const ms = load.latency[figures[objective.figure].key];
    return ms <= objective.limitMs ? [] : [`${name}: ${Number(ms.toPrecision(3))}ms`];
  });
}

/**
 * Whether the server fell behind the load, which a short step with a wide objective would not
 * show: in a steady state as many answers come in as requests are sent. A tenth, and three
 * standard deviations of a Poisson count, are let pass.
 */
export function fellBehind(load: StreamResult, durationMs: number): string | null {
  const due = load.intended - errorsOf(load) - load.unanswered;
  const served = (load.throughputPerSecond * durationMs) / 1_000;
  if (due - served <= 0.1 * due + 3 * Math.sqrt(due)) return null;
  const perSecond = (count: number) => ((count * 1_000) / durationMs).toFixed(1);
  return `fell behind: ${perSecond(served)}/s served of ${perSecond(load.intended)}/s`;
}

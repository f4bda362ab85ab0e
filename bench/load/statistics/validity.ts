import { type LoadResult, lagP99, leastP50, type StreamResult } from "../result.ts";
import { checkLittle } from "./little.ts";

/** Whether a result may be believed, and why not. Each reason is a sentence for the report. */
export type Validity =
  | { readonly valid: true }
  | { readonly valid: false; readonly reasons: readonly string[] };

export interface ValidityLimits {
  /** Most of a core that the generator may use. */
  readonly coreShare: number;
  /** Most that the 99th percentile of the schedule lag may be. */
  readonly lagMs: number;
  /** The same, as a share of the median latency: a lag of 20 ms does not matter beside 1 s. */
  readonly lagShare: number;
  /** Whether the load was one that the server can take: past that its queue grows all along. */
  readonly steady: boolean;
  /** See `checkLittle`: 1 where the number of requests in the system stays the same. */
  readonly edges: number;
}

export const defaultLimits: ValidityLimits = {
  coreShare: 0.8,
  lagMs: 10,
  lagShare: 0.05,
  steady: true,
  edges: 1,
};

/** In an open loop a burst may well lie across an edge: three times the usual, as chance has it. */
export const openLimits: ValidityLimits = { ...defaultLimits, edges: 3 };

/** Judges a run of the load generator, probe included. */
export function judgeRun(result: LoadResult, limits: ValidityLimits = defaultLimits): Validity {
  const reasons = [
    ...judgeGenerator(result, limits),
    ...judgeAnswers("", result.load),
    ...(limits.steady ? judgeLittle(result, limits.edges) : []),
    ...(result.probe === null ? [] : judgeAnswers("probe: ", result.probe)),
    ...(result.stopped ? ["the run was stopped before its end"] : []),
  ];
  return reasons.length === 0 ? { valid: true } : { valid: false, reasons };
}

function judgeGenerator({ generator, load }: LoadResult, limits: ValidityLimits): string[] {
  const reasons: string[] = [];
  if (generator.coreShare > limits.coreShare) {
    const percent = Math.round(generator.coreShare * 100);
    reasons.push(`the generator used ${percent} % of a core: it may have been the bottleneck`);
  }
  const lagLimitMs = Math.max(limits.lagMs, limits.lagShare * leastP50(load.latency));
  if (lagP99(load) > lagLimitMs) {
    const lag = lagP99(load).toFixed(1);
    reasons.push(`the generator fell behind its schedule: 1 % of requests by ${lag} ms or more`);
  }
  return reasons;
}

function judgeAnswers(who: string, stream: StreamResult): string[] {
  const reasons: string[] = [];
  const { correct, wrong, unexpected, failed, unanswered, stray } = stream;
  if (stream.intended === 0) reasons.push(`${who}no request began in the measured time`);
  else if (correct === 0) reasons.push(`${who}no answer was correct`);
  if (wrong > 0) reasons.push(`${who}${wrong} answers had a wrong body`);
  if (unexpected > 0) {
    reasons.push(`${who}${unexpected} answers had an unexpected status (${list(stream.statuses)})`);
  }
  if (failed > 0) reasons.push(`${who}${failed} requests failed (${list(stream.errors)})`);
  if (unanswered > 0) reasons.push(`${who}${unanswered} requests were not answered`);
  if (stray > 0) reasons.push(`${who}${stray} connections brought bytes that were not asked for`);
  return reasons;
}

function judgeLittle({ load, durationMs }: LoadResult, edges: number): string[] {
  const check = checkLittle(load.little, durationMs, edges);
  if (check.holds) return [];
  const [measured, expected] = [check.measured.toFixed(2), check.expected.toFixed(2)];
  return [
    `Little's law does not hold: ${measured} requests in the system, ${expected} by arrivals and latency; the load was not steady`,
  ];
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(", ");
}

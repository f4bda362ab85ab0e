import { type LoadResult, readLagP99, readLeastP50, type StreamResult } from "../result.ts";
import { checkLittle } from "./little.ts";

/** Whether a result is valid, and why not. Each reason stands in the report. */
export type Validity =
  | { readonly valid: true }
  | { readonly valid: false; readonly reasons: readonly string[] };

/**
 * Past these limits a result may show the generator and not the server. The lag is how late
 * requests were noticed, at the 99th percentile.
 */
export const generatorLimits = {
  /** Most of a core that the generator may use. */
  coreShare: 0.8,
  lagMs: 10,
  /** Of the median latency: a lag of 20 ms does not matter beside 1 s. */
  lagShare: 0.05,
} as const;

/** The kind of load. */
export interface LoadKind {
  /** Whether the server can take it: past its capacity the queue grows all along. */
  readonly steady: boolean;
  /** See `checkLittle`: 1 where the number of requests in the system stays the same. */
  readonly edges: number;
}

const closedLoad: LoadKind = { steady: true, edges: 1 };
/** In an open loop a burst may lie across an edge: three times as much, by chance. */
export const openLoad: LoadKind = { steady: true, edges: 3 };

/** Judges a run of the load generator, probe included. */
export function judgeRun(result: LoadResult, kind: LoadKind = closedLoad): Validity {
  const reasons = [
    ...judgeGenerator(result),
    ...judgeAnswers("", result.load),
    ...(kind.steady ? judgeLittle(result, kind.edges) : []),
    ...(result.probe === null ? [] : judgeAnswers("probe: ", result.probe)),
    ...(result.stopped ? ["the run was stopped before its end"] : []),
  ];
  return reasons.length === 0 ? { valid: true } : { valid: false, reasons };
}

/**
 * Why a result may show the generator and not the server. Empty if it does not.
 *
 * @param tolerableLagMs lag that does no harm to what is judged
 */
export function judgeGenerator(
  { generator, load }: Pick<LoadResult, "generator" | "load">,
  tolerableLagMs = 0,
): string[] {
  const reasons: string[] = [];
  const { coreShare, lagMs, lagShare } = generatorLimits;
  if (generator.coreShare > coreShare) {
    const percent = Math.round(generator.coreShare * 100);
    reasons.push(`the generator used ${percent} % of a core: it may have been the bottleneck`);
  }
  const limitMs = Math.max(lagMs, lagShare * readLeastP50(load.latency), tolerableLagMs);
  if (readLagP99(load) > limitMs) {
    const [lag, most] = [readLagP99(load), limitMs].map((ms) => ms.toFixed(1));
    reasons.push(
      `the generator fell behind its schedule: 1 % of requests left ${lag} ms late or more, and ${most} ms are tolerated`,
    );
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
    reasons.push(
      `${who}${unexpected} answers had an unexpected status (${listCounts(stream.statuses)})`,
    );
  }
  if (failed > 0) reasons.push(`${who}${failed} requests failed (${listCounts(stream.errors)})`);
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

function listCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(", ");
}

/** The crossover in words. It claims only what the intervals of its points support. */
import { writeRatio } from "../../command/wording.ts";
import type { RatioEstimate } from "../../load/statistics/bootstrap.ts";
import type { CrossoverPoint } from "../result/bench-result.ts";

/** Nobody would change a server for a smaller gain. */
const worthwhile = 1.1;

export function writeCrossoverSentence(
  lengths: readonly CrossoverPoint[],
  payloads: readonly CrossoverPoint[],
): string {
  const told = listToldPoints(lengths);
  const from = findPayingFrom(told);
  const clauses = [
    writeLengthClause(lengths, told, from),
    writePayloadClause(payloads, from?.x ?? null),
  ];
  return clauses.filter((clause) => clause !== "").join(" ");
}

interface Told {
  readonly x: number;
  readonly over: RatioEstimate;
}

function listToldPoints(points: readonly CrossoverPoint[]): Told[] {
  return points.flatMap(({ x, overSingle }) =>
    overSingle === null ? [] : [{ x, over: overSingle }],
  );
}

function pays({ over: { ratio, interval } }: Told): boolean {
  return ratio >= worthwhile && interval !== null && interval.low > 1;
}

/** The shortest length from which on every known point pays. */
function findPayingFrom(told: readonly Told[]): Told | undefined {
  return told[told.findLastIndex((point) => !pays(point)) + 1];
}

function writeLengthClause(
  points: readonly CrossoverPoint[],
  told: readonly Told[],
  from: Told | undefined,
): string {
  if (!points.some(hasBoth("single"))) return "";
  const last = told.at(-1);
  if (last === undefined) {
    return "It is not known from which length of a run threads pay: too few rounds, or too few runs in them.";
  }
  const at = ({ x, over }: Told) => `at ${x} ms they do ${writeRatio(over)}`;
  if (from === undefined) {
    const some = told.filter(pays);
    const [first] = some;
    return first === undefined
      ? `Threads did not clearly beat one process at any length that was tried: ${at(last)}.`
      : `It is not known from which length of a run threads pay: compared with one process, ${at(first)}, but ${at(last)}.`;
  }
  const before = told[told.indexOf(from) - 1];
  return before === undefined
    ? `Threads beat one process at every length of a run that is known, from ${from.x} ms on (${writeRatio(from.over)}).`
    : `Threads beat one process from runs of about ${from.x} ms on (${writeRatio(from.over)}); ${at(before)}.`;
}

/** @param payFrom length of run from which on threads pay; null where that is not known */
function writePayloadClause(points: readonly CrossoverPoint[], payFrom: number | null): string {
  if (!points.some(hasBoth("cluster"))) return "";
  const told = points.filter(({ overCluster }) => overCluster !== null);
  const largest = told.at(-1);
  if (largest?.overCluster == null) {
    return "It is not known what large JSON inputs cost threads: too few rounds, or too few runs in them.";
  }
  const { x, runMs, overSingle, overCluster } = largest;
  const single =
    overSingle === null ? "" : ` ${writeRatio(overSingle)} the runs of one process and`;
  const figures = `With JSON inputs of ${writeSize(x)}, threads do${single} ${writeRatio(overCluster)} those of cluster`;
  const loses = (overCluster.interval?.high ?? 1) < 1;
  if (!loses) return `${figures}.`;
  // Short runs lose time to the hand-over, whatever their inputs are.
  return payFrom === null || runMs < payFrom
    ? `${figures}. Runs as short as these (${Number(runMs.toPrecision(2))} ms) do not show what the inputs cost.`
    : `${figures}, although runs of this length pay. One event loop reads, checks, copies and writes every document; cluster has one in each process.`;
}

const hasBoth =
  (other: string) =>
  ({ throughput }: CrossoverPoint): boolean =>
    throughput["threads"] !== undefined && throughput[other] !== undefined;

function writeSize(bytes: number): string {
  return bytes >= 1024 ** 2 ? `${bytes / 1024 ** 2} MB` : `${bytes / 1024} KB`;
}

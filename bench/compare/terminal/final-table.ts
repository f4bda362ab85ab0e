import { layOutTable } from "../../command/table.ts";
import { writeFixed, writeRatio } from "../../command/wording.ts";
import type { Distribution } from "../../load/result.ts";
import { findConfidence, type RatioEstimate } from "../../load/statistics/bootstrap.ts";
import { type Percentile, writeTold } from "../../load/statistics/percentiles.ts";
import type { BenchResult, VariantResult } from "../result/bench-result.ts";
import { describeCrossoverTasks } from "../result/measured-with.ts";

/** The result as text: verdict, table, latencies, reasons for INVALID rows. */
export function writeResult(result: BenchResult): string {
  const { work, plan, environment } = result;
  const sure = findConfidence(plan.rounds);
  const intervals =
    sure === null ? "too few of them for intervals" : `with ${Math.round(100 * sure)} % intervals`;
  const about = `${work.task} on ${environment.cpu}, ${plan.rounds} ${plan.rounds === 1 ? "round" : "rounds"} of ${plan.cellMs} ms cells, ${plan.connections} connections; ratios are medians of the rounds' own, ${intervals}`;
  const tables = [writePeaks(result.variants), writeLatency(result.variants)];
  const sections = [
    result.verdict.map((sentence) => `- ${sentence}`).join("\n"),
    about,
    ...tables,
    writePlacement(result.variants),
    writeCrossover(result),
    writeReasons(result.variants),
    tables.some((text) => / -( |$)/m.test(text)) ? "-: too few requests for that percentile" : "",
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function writePeaks(variants: readonly VariantResult[]): string {
  const head = ["variant", "runs/s", "x single", "x bare", "CPU ms/run", "x bare"];
  const more = ["GET / p50", "p95", "p99 ms", "start ms", "memory MB"];
  const rows = variants.map((variant) => [
    `${variant.name}${variant.validity.valid ? "" : " INVALID"}`,
    writeFixed(variant.peak?.median, 1),
    writeRatioOrNothing(variant.speedUp),
    writeRatioOrNothing(variant.efficiency),
    writeFixed(variant.cpuPer1000?.median, 2),
    writeRatioOrNothing(variant.cpuOverBare),
    ...writeTimes(variant.light, ["p50", "p95", "p99"]),
    writeFixed(variant.startUp?.median, 0),
    variant.memory === null
      ? ""
      : `${(variant.memory.bytes / 1024 ** 2).toFixed(0)}${variant.memory.kind === "rss" ? " rss" : ""}`,
  ]);
  return layOutTable([...head, ...more], rows);
}

function writeLatency(variants: readonly VariantResult[]): string {
  const rows = variants.flatMap(({ name, latency }) =>
    latency.map((point) => [
      `${name}${point.validity.valid ? "" : " INVALID"}`,
      `${Math.round(100 * point.share)} %`,
      point.offered.toFixed(1),
      point.achieved.toFixed(1),
      ...writeTimes(point.latency, ["p50", "p95", "p99"]),
      ...[point.simulated?.p50, point.simulated?.p99].map((ms) => writeFixed(ms, 1)),
      ...writeTimes(point.light, ["p50", "p95"]),
      String(point.shed),
    ]),
  );
  if (rows.length === 0) return "";
  const head = ["latency, ms", "load", "asked/s", "done/s", "p50", "p95", "p99"];
  return layOutTable([...head, "queue p50", "p99", "GET / p50", "p95", "503"], rows);
}

function writePlacement(variants: readonly VariantResult[]): string {
  const shares = (counts: Readonly<Record<string, number>>) => Object.values(counts).join(" : ");
  const rows = variants.flatMap(({ name, perWorker }) =>
    perWorker === null
      ? []
      : [[name, shares(perWorker.keepAlive), shares(perWorker.connectionPerRequest)]],
  );
  return rows.length === 0
    ? ""
    : layOutTable(["runs by worker", "kept alive", "a connection each"], rows);
}

function writeCrossover(result: BenchResult): string {
  const { crossover } = result;
  if (crossover === null) return "";
  const names = ["single", "cluster", "threads"];
  const rowsOf = (unit: string, points: typeof crossover.lengths, divisor: number) =>
    points.map(({ x, throughput, overSingle, overCluster }) => [
      `${x / divisor} ${unit}`,
      ...names.map((name) => writeFixed(throughput[name], 1)),
      ...[overSingle, overCluster].map((over) =>
        over === null ? "not told" : writeRatioOrNothing(over),
      ),
    ]);
  const rows = [
    ...rowsOf("ms of hash", crossover.lengths, 1),
    ...rowsOf("KB of JSON", crossover.payloads, 1024),
  ];
  const reasonsOf = (unit: string, points: typeof crossover.lengths, divisor: number) =>
    points.flatMap(({ x, reasons }) => reasons.map((why) => `${x / divisor} ${unit}: ${why}`));
  const reasons = [
    ...reasonsOf("ms of hash", crossover.lengths, 1),
    ...reasonsOf("KB of JSON", crossover.payloads, 1024),
  ];
  const more = reasons.map((reason) => `\n${reason}`).join("");
  const note = describeCrossoverTasks(result);
  const above = note === null ? "" : `${note}:\n`;
  return `${above}${layOutTable(["runs/s", ...names, "threads x single", "x cluster"], rows)}${more}`;
}

function writeReasons(variants: readonly VariantResult[]): string {
  const points = variants.flatMap(({ name, latency, ...peak }) => [
    { name, ...peak },
    ...latency.map((point) => ({
      ...point,
      name: `${name} at ${Math.round(100 * point.share)} %`,
    })),
  ]);
  return points
    .flatMap(({ name, validity, lightReason }) => [
      ...(validity.valid ? [] : validity.reasons.map((reason) => `INVALID ${name}: ${reason}`)),
      ...(lightReason === null ? [] : [`left out of ${name}: ${lightReason}`]),
    ])
    .join("\n");
}

function writeRatioOrNothing(estimate: RatioEstimate | null): string {
  return estimate === null ? "" : writeRatio(estimate, "");
}

/**
 * "> 20000.0" if the request was given up, a dash for too few values, nothing if there are none.
 */
function writeTimes(times: Distribution | null, percentiles: readonly Percentile[]): string[] {
  return percentiles.map((percentile) => {
    if (times === null || times.count === 0) return "";
    return writeTold(times, percentile, (ms) => ms.toFixed(1)) ?? "-";
  });
}

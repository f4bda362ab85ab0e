import type { BenchResult, VariantResult } from "../../compare/result/bench-result.ts";
import type { Distribution } from "../../load/generator/result.ts";
import { confidenceOf, type RatioEstimate } from "../../load/statistics/bootstrap.ts";
import { toldText } from "../../load/statistics/percentiles.ts";

/** The README's results, in Markdown, from one result of the bench. */
export function resultsSection(result: BenchResult): string {
  const { verdict, plan, environment, command, startedAt } = result;
  const { cpu, cores, platform, node, openssl } = environment;
  const sure = confidenceOf(plan.rounds);
  const intervals =
    sure === null ? "No intervals: too few rounds" : `Intervals are of ${Math.round(100 * sure)} %`;
  const cells = `${plan.rounds} rounds of ${plan.cellMs} ms cells, ${plan.connections} connections`;
  return [
    verdict.map((sentence) => `- ${sentence}`).join("\n"),
    modesTable(result.variants),
    `Measured on ${startedAt.slice(0, 10)} by \`${command}\` (${cells}) on ${cpu}, ${cores} cores, ${platform}, Node ${node}, OpenSSL ${openssl}. ${intervals}; "x bare" is against the task alone in one process a core, without HTTP, just before and after each cell; \`tutorial\` is the plain node:cluster server with the hash in its handler. ${idleWords(plan.rewarmMs)}`,
  ].join("\n\n");
}

/** @param rewarmMs undefined in results of an older bench */
function idleWords(rewarmMs: number | null | undefined): string {
  return rewarmMs == null
    ? "Each server idled while the others were measured; what V8 then compiled anew is part of these figures."
    : "Each server was warmed up again before each cell.";
}

const head = ["variant", "runs/s", "x single", "x bare", "CPU a run, x bare"];
const more = ["`GET /` beside it, p50, p99 ms", "memory MB"];

function modesTable(variants: readonly VariantResult[]): string {
  const shown = variants.filter(({ kind }) => kind === "reference" || kind === "mode");
  const rows = shown.map((variant) => [
    `${variant.name}${variant.validity.valid ? "" : " (INVALID)"}`,
    fixed(variant.peak?.median, 1),
    ratio(variant.speedUp),
    ratio(variant.efficiency),
    ratio(variant.cpuOverBare),
    variant.light === null ? "" : `${light(variant.light, "p50")}, ${light(variant.light, "p99")}`,
    variant.memory === null ? "" : (variant.memory.bytes / 1024 ** 2).toFixed(0),
  ]);
  const all = [...head, ...more];
  return [all, all.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function ratio(estimate: RatioEstimate | null): string {
  if (estimate === null) return "";
  const { interval } = estimate;
  const range = interval && ` [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`;
  return `${estimate.ratio.toFixed(2)}${range ?? ""}`;
}

/** A dash where the requests were too few for it. */
function light(times: Distribution, percentile: "p50" | "p99"): string {
  return toldText(times, percentile, (ms) => ms.toFixed(1)) ?? "–";
}

function fixed(value: number | undefined | null, digits: number): string {
  return value === undefined || value === null ? "" : value.toFixed(digits);
}
